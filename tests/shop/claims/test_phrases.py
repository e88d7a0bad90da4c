"""Turns of phrase and lists of words are data: phrases find their examples, and none of either stands in the code."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from shop.claims.languages.lexicon import lexicon
from shop.claims.phrases.phrase import Phrase, Way
from shop.claims.sentence import sentence_of
from shop.claims.words import grammar, lemmas_of, vocabulary
from tests.support.phrases import phrases, without_one

ROOM = Path(settings.BASE_DIR) / "shop" / "claims"
TEXTS = json.loads((Path(__file__).parent / "phrases.json").read_text())
NAMES = sorted(phrases())
# What the words before or after it find too: with the option more words are shown to staff.
FOUND_ANYWAY = {("contrasts.COMPARISON", "better")}
LONGEST_LINE = 110


def texts_of(name, kind):
    return TEXTS.get(name, {}).get(kind, [])


@pytest.mark.parametrize("name", NAMES)
def test_each_way_finds_its_example_and_what_is_near_passes(name):
    phrase = phrases()[name]
    assert phrase.about
    assert phrase.passes
    each = {way.pattern: phrase.compiled([way.pattern]) for way in phrase.ways}
    for way in phrase.ways:
        assert [one for one, pattern in each.items() if pattern.search(way.finds)] == [way.pattern]
    assert [
        text
        for text in [*(way.finds for way in phrase.ways), *texts_of(name, "finds")]
        if not phrase.search(text)
    ] == []
    assert [text for text in [*phrase.passes, *texts_of(name, "passes")] if phrase.search(text)] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_option_of_a_pattern_is_without_a_text(name):
    """Whoever takes an option away is told by a text that is then read otherwise. The lemmas of grammar.json are apart."""
    phrase = phrases()[name]
    texts = [*(way.finds for way in phrase.ways), *phrase.passes]
    texts += texts_of(name, "finds") + texts_of(name, "passes")
    whole = phrase.written(way.pattern for way in phrase.ways)
    found = [bool(phrase.search(text)) for text in texts]
    for option, less in without_one(whole):
        if option in lemmas_of("contrast_links") or (name, option) in FOUND_ANYWAY:
            continue
        other = re.compile(less, phrase.flags)
        assert [bool(other.search(text)) for text in texts] != found, (
            f"phrases.json needs a text for “{option}”"
        )


@pytest.mark.parametrize("name", [name for name in NAMES if phrases()[name].of_lemmas])
def test_what_is_asked_of_lemmas_is_written_in_lemmas(name):
    """“Matches” is never among them: it is “match” there."""
    phrase = phrases()[name]
    for text in [*(way.finds for way in phrase.ways), *texts_of(name, "finds")]:
        assert phrase.search(" ".join(sentence_of(text, frozenset()).lemmas)), text


def test_a_phrase_is_any_of_its_ways_between_what_begins_and_ends_it():
    ways = Way(r"{number} weeks?", "two weeks"), Way("soon", "soon")
    phrase = Phrase("", *ways, begins="^(?:in|by) ", ends="!", parts={"number": ("two", "ten")}, passes=())
    assert [
        text for text in ("In ten week!", "by soon!", "by soon", "two weeks!") if phrase.search(text)
    ] == [
        "In ten week!",
        "by soon!",
    ]
    assert phrase.sub("…", "By two weeks! Soon!") == "… Soon!"
    assert [found[0] for found in Phrase("", *ways[1:], by_case=True, passes=()).finditer("Soon, soon")] == [
        "soon"
    ]


def test_the_further_texts_are_of_phrases_that_there_are():
    assert {name for name in TEXTS if name != "about"} <= set(NAMES)


@cache
def sources():
    return {
        str(path.relative_to(ROOM)): ast.parse(path.read_text())
        for path in sorted(ROOM.rglob("*.py"))
        if "migrations" not in path.parts
    }


def test_every_phrase_is_asked_somewhere():
    read = {
        node.id
        for module in sources().values()
        for node in ast.walk(module)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    assert {name.split(".")[1] for name in NAMES} <= read


# What is put together from data that stand elsewhere: rules, authorised sentences, ways.
MADE_FROM_DATA = {
    "authorised.py": {
        "re.escape(as_read(sentence))",
        "as_read(sentence)",
        "BEGINS + _words(sentence).pattern + AUTHORISED_END",
        "BEGINS + _words(fixed).pattern + ends",
    },
    "models.py": {"expand(self.pattern)"},
    "phrases/phrase.py": {"self.written(patterns)"},
    "rules.py": {"expand(row['pattern'])"},
    "statements.py": {
        "f\"(?P<said>\\\\b(?:{'|'.join(sentences)})\\\\b\\\\.?)(?P<mark>\\\\*?)|<[^<>]*>\"",
    },
}
OF_A_FOLDER = (
    "languages/lexicon.py"  # makes patterns of the terms in a language's folder, and of nothing else
)
# What has letters in a pattern and names none: escapes, classes, the heads of groups.
FORM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:P?<\w+>|\w+\))")


def patterns_in(module):
    """(what is given to `re` as a pattern, whether it is of pure form) in a module."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module in {"re", "regex"}:
            yield ast.unparse(node), False
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of = node.func.value
        if isinstance(of, ast.Name) and of.id in {"re", "regex"}:
            given = node.args[0] if node.args else node.keywords[0].value
            written = given.value if isinstance(given, ast.Constant) else None
            is_form = isinstance(written, str) and not re.search(r"[^\W\d_]", FORM.sub("", written))
            yield ast.unparse(given), is_form


ASKS_A_TEXT = {
    "startswith",
    "endswith",
    "find",
    "index",
    "count",
    "partition",
    "split",
    "replace",
    "removeprefix",
}


def words_asked_in(module):
    """Several words that a text is compared with, or asked for."""
    for node in ast.walk(module):
        given = []
        if isinstance(node, ast.Compare):
            given = [node.left, *node.comparators]
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ASKS_A_TEXT
        ):
            given = node.args
        for one in (part for side in given for part in ast.walk(side)):
            if (
                isinstance(one, ast.Constant)
                and isinstance(one.value, str)
                and re.search(r"[a-z] [a-z]", one.value)
            ):
                yield one.value


def turns_in(name, module):
    """What in a module of claims is a turn of phrase as code."""
    found = [
        text
        for text, is_form in patterns_in(module)
        if not is_form and name != OF_A_FOLDER and text not in MADE_FROM_DATA.get(name, set())
    ]
    found += words_asked_in(module)
    if not name.startswith("phrases/"):
        made = {"Phrase", "Way"}
        found += [
            ast.unparse(node.func)
            for node in ast.walk(module)
            if isinstance(node, ast.Call) and ast.unparse(node.func) in made
        ]
    return found


def test_no_turn_of_phrase_stands_in_the_code():
    assert {
        name: turns_in(name, module) for name, module in sources().items() if turns_in(name, module)
    } == {}


@pytest.mark.parametrize(
    "code",
    [
        'GIVE = re.compile(r"\\bgive (?:it|them) a week\\b", re.IGNORECASE)',
        'found = re.search("better", sentence.text)',
        'if re.match(r"(?i)verified", text): pass',
        'MG = re.compile(r"\\d\\s?mg")',
        'WORDS = r"\\bjust say\\b"\nSAYS = re.compile(WORDS)',
        'SAYS = re.compile(f"(?:{words})")',
        'SAYS = re.compile(pattern="just say")',
        "from re import compile",
        'if "give it" in sentence.text: pass',
        'if text.startswith(("call it", "just say")): pass',
        'from shop.claims.phrases.phrase import Phrase\nSAYS = Phrase("", Way("say", "say"), passes=())',
    ],
)
def test_a_turn_of_phrase_in_the_code_is_found(code):
    assert turns_in("hinted.py", ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        'WORD = re.compile(r"[^\\W_]+(?:\'[^\\W_]+)*|[^\\w\\s]|\\n")',
        'ROW = re.compile(r"^\\s*\\|.*\\|\\s*$", re.MULTILINE)',
        're.findall(r"(?P<word>[a-z]{4,})", term)',
        "except re.error: pass".replace("except", "try: pass\nexcept"),
    ],
)
def test_a_pattern_of_pure_form_may_stand_in_the_code(code):
    assert not turns_in("hinted.py", ast.parse(code))


# Tables of names that are no English words of a text: the parts of a page, endings, fields of forms.
NAMES_OF_THINGS = {"admin.py", "models.py", "passages.py", "rules.py"}
OTHER_LISTS = {"words.py": {"ENDINGS"}}
FEWEST_WORDS = 4


def lists_in(name, module):
    """The lists of four words or more in a module of claims; the names of classes and sets are no words."""
    classes = {name for book in (lexicon("de").words, lexicon("de").labels) for name in book["classes"]}
    named = {*vocabulary(), *grammar()["sets"], *classes}
    for statement in module.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) in OTHER_LISTS.get(
            name, ()
        ):
            continue
        for node in ast.walk(statement):
            words = [
                one.value
                for one in getattr(node, "elts", ())
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.isalpha()
            ]
            if (
                len(words) >= FEWEST_WORDS
                and not named.issuperset(words)
                and words == [word.lower() for word in words]
            ):
                yield words


def test_no_list_of_words_stands_in_the_code():
    """Three may: “it”, “this”, “they”. More are a set of grammar.json, with a name and what it is for."""
    found = {
        name: [*lists_in(name, module)]
        for name, module in sources().items()
        if name not in NAMES_OF_THINGS and not name.startswith(("phrases/", "management/"))
    }
    assert {name: lists for name, lists in found.items() if lists} == {}


@pytest.mark.parametrize(
    "code",
    [
        'ENDS = frozenset({"stop", "fade", "go", "settle"})',
        'def f(one):\n    return one in ["stop", "fade", "go", "settle"]',
        'WORDS = "stop", "fade", "go", "settle", *OTHERS',
    ],
)
def test_a_list_of_words_in_the_code_is_found(code):
    assert [*lists_in("hinted.py", ast.parse(code))]


def test_each_set_of_words_says_what_it_is_for_and_is_asked():
    asked = {
        given.value
        for module in sources().values()
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "lemmas_of"
        for given in ast.walk(node.args[0])
        if isinstance(given, ast.Constant)
    }
    assert asked == set(grammar()["sets"])
    for name, row in grammar()["sets"].items():
        assert row["about"], name
        assert len(set(row["lemmas"])) == len(row["lemmas"]), name


def test_modules_of_phrases_hold_nothing_but_phrases_in_short_lines():
    for path in sorted((ROOM / "phrases").glob("*.py")):
        if path.name == "phrase.py":
            continue
        docstring, *rest = sources()[f"phrases/{path.name}"].body
        assert isinstance(docstring.value, ast.Constant)
        assert {type(node) for node in rest} <= {ast.ImportFrom, ast.Assign}, path.name
        assert max(map(len, path.read_text().splitlines())) <= LONGEST_LINE, path.name
