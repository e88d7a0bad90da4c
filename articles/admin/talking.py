"""Comments in the editor: fields of the article's form, so that they need no script and nothing typed is lost by them.

What is typed into them is kept by every post of the form but those that only look or save by themselves. A button of
theirs keeps it and draws the form anew; a script sends them alone (static/js/writer/talk.js).
"""

from dataclasses import dataclass, field, replace

from articles.admin.autosave import AUTOSAVE
from articles.models import Version
from articles.publishing import comments
from articles.publishing.comments import Thread, beside, threads
from articles.publishing.errors import NotPossible
from shop.text.numbers import whole_or_none

WORDS, ANSWER = "_words-", "_answer-"
BUTTONS = ("_comment", "_resolve", "_reopen")
SAID = "_said"  # set here: why the form is drawn anew
NOT_SENT = ("_check", "_preview", "_insert", "_put_back", AUTOSAVE)


@dataclass(frozen=True)
class Talk:
    """What is said about a block, or under "" about all and what is not there any more; `words`: typed, not kept."""

    key: str
    about: str = ""
    threads: list[Thread] = field(default_factory=list)
    words: str = ""
    resolved: int = 0  # the comment that was resolved by this very post, which can be opened again here


def says_something(request) -> bool:
    posted = request.POST
    if request.method != "POST" or any(name in posted for name in NOT_SENT):
        return False
    return any(name in posted for name in BUTTONS) or any(_begun(posted))


def _begun(posted):
    return (name for name in posted if name.startswith((WORDS, ANSWER)) and str(posted.get(name, "")).strip())


def keep_said(version: Version, request) -> list[str]:
    """Keep each comment that was typed, resolve or open again what a button asks for; why not, in words.

    `request.POST` is then without what was kept, and asks for the form again where the post was for that alone.
    """
    posted, refused = request.POST.copy(), []
    blocks = {block.key: block for block in version.blocks()} if any(_begun(posted)) else {}
    for name in list(_begun(posted)):
        try:
            if name.startswith(WORDS):
                block = blocks.get(name.removeprefix(WORDS))
                comments.say(version.article, posted[name], request.user, block=block)
            else:
                comments.answer(
                    version.article, _number(name.removeprefix(ANSWER)), posted[name], request.user
                )
        except NotPossible as error:
            refused.append(str(error))
        else:
            del posted[name]
    try:
        if "_resolve" in posted:
            comments.resolve(version.article, _number(posted["_resolve"]), request.user.get_username())
        elif "_reopen" in posted:
            comments.open_again(version.article, _number(posted["_reopen"]))
    except NotPossible as error:
        refused.append(str(error))
    if refused or any(name in posted for name in BUTTONS):
        done = " ".join(refused) or "The comments are kept."
        posted[SAID] = f"{done} What you typed in the article is below and not saved yet."
    request.POST = posted
    return refused


def _number(posted: str) -> int:
    return whole_or_none(posted) or 0


def talks_of(version: Version | None, inlines, posted) -> dict[str, Talk]:
    """For each stored block of a form, and under "" for the rest. Empty for an article that is only being begun."""
    if version is None or not version.pk:
        return {}
    kinds = {
        form.instance.key: str(inline.opts.verbose_name)
        for inline in inlines
        for form in inline.formset.forms
        if form.instance.pk and hasattr(form.instance, "key")
    }
    found = beside(_with_words(threads(version.article), posted), kinds, version)
    done, at = _resolved(version, kinds, posted)
    return {
        key: Talk(
            key,
            kind,
            [replace(one, key=key) for one in found.get(key, [])],
            posted.get(WORDS + key, ""),
            done if key == at else 0,
        )
        for key, kind in {**kinds, "": ""}.items()
    }


def _resolved(version: Version, kinds: dict[str, str], posted) -> tuple[int, str]:
    """(the comment that this post resolved, the key of its block); 0 where it resolved none."""
    pk = _number(posted.get("_resolve", ""))
    row = (
        comments.of(version.article).filter(pk=pk, answers=None).exclude(done_at=None).first() if pk else None
    )
    return (row.pk, row.block if row.block in kinds else "") if row else (0, "")


def talk_of(version: Version, key: str, posted) -> Talk:
    """The same of one block."""
    kinds = {block.key: str(block._meta.verbose_name) for block in version.blocks()}
    found = beside(_with_words(threads(version.article), posted), kinds, version)
    key = key if key in kinds else ""
    done, _ = _resolved(version, kinds, posted)
    return Talk(key, kinds.get(key, ""), found.get(key, []), posted.get(WORDS + key, ""), done)


def _with_words(open_threads: list[Thread], posted) -> list[Thread]:
    return [replace(one, words=posted.get(f"{ANSWER}{one.pk}", "")) for one in open_threads]
