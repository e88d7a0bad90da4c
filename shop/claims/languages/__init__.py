"""The claims check in languages other than English: one engine, and a folder of data for each language.

`check` hands a text that is not English to `engine`. A sentence is read by `sentence` (its words, folded by `letters`),
judged by `article` or `product`, with the words and turns of phrase of `lexicon`. All that is of one language stands
in its folder: words.json (what a word is), frames.json (turns of phrase: what holds a claim back, what is red by which
rule of the law, what is harmless), labels.json (what a label may say) and authorised.json (sentences of the register).
A new language is a new folder; its name is the language's code. A language without a folder is not read: all that
could say something waits for a person.
"""

from functools import cache
from pathlib import Path

ENGLISH = "en"
FOLDER = Path(__file__).parent


@cache
def known() -> frozenset[str]:
    """The languages that have words here, such as “de”; English has an engine of its own and is not among them."""
    return frozenset(path.parent.name for path in FOLDER.glob("*/words.json"))
