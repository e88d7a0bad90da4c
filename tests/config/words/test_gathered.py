"""No word of the shop stands outside gettext, and each that is inside is translated into every language there is."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.conf import settings
from django.template.base import Lexer, TokenType

from config.words.gathered import STAFF, _strings, compiled, folder, gathered, known, languages

TEMPLATES = Path(settings.BASE_DIR) / "templates"
READ = (
    "alt",
    "aria-label",
    "aria-description",
    "placeholder",
    "title",
    "data-label",
    "content",
    "data-words",
)  # attributes that people read
NAMES = {
    "Fellbrook",
    "Stripe",
    "PayPal",
    "Klarna",
    "Apple",
    "Google",
    "Pay",
    "DOI",
    "doi",
    "PubMed",
    "PDF",
    "TEST",
    "VISA",
    "Mg",
    "mg",
    "A",
}
# Templates (or folders of them) that nobody has marked yet. It only ever gets shorter.
NOT_YET = {"sandbox/"}  # fmt: skip
STAFF_ONLY = ("emails/staff_", "holes/staff_bar.html", "sandbox/")  # in English, like the admin
WORD = re.compile(r"[^\W\d_]{2,}")
ADDRESS_END = re.compile(r"(?<!\S)[a-z-]+/(?!\S)")  # what follows {{ url }} in a plain mail
ENDS = {"blocktranslate": "endblocktranslate", "blocktrans": "endblocktrans", "comment": "endcomment"}


class Words(HTMLParser):
    """What of a template's HTML people read."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self._skips = ""

    def handle_starttag(self, tag, attrs):
        if tag == "meta" and dict(attrs).get("name") != "description":
            return  # for machines
        self.found += [
            value for name, value in attrs if (name in READ or name.startswith("data-say-")) and value
        ]
        if tag in ("script", "style"):
            self._skips = tag

    def handle_endtag(self, tag):
        if tag == self._skips:
            self._skips = ""

    def handle_data(self, data):
        if not self._skips:
            self.found.append(data)


def bare(text: str) -> str:
    """A Django template without its tags, variables and comments, and without what is marked."""
    out, until = [], ""
    for token in Lexer(text).tokenize():
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0]
            if until:
                until = "" if name == until else until
            else:
                until = ENDS.get(name, "")
        elif token.token_type == TokenType.TEXT and not until:
            out.append(token.contents)
    return "".join(out)


def unmarked(path: Path) -> list[str]:
    """The words in a template that gettext does not see."""
    text = path.read_text()
    if path.suffix == ".jinja":
        text = re.sub(r"{#.*?#}|{%-? *trans\b.*?endtrans *-?%}|{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    else:
        text = bare(re.sub(r"{% block (body_class|robots) %}.*?{% endblock", "{% endblock", text))
    words = Words()
    words.feed(re.sub(r'(?<!\S)[\w-]+=""', "", text) if "<" not in text else text)  # attributes alone
    return [
        " ".join(piece.split())
        for piece in (words.found if path.suffix in (".html", ".jinja") else [ADDRESS_END.sub("", text)])
        if any(word not in NAMES for word in WORD.findall(piece))
    ]


def shoppers_templates() -> list[str]:
    found = [
        path.relative_to(TEMPLATES).as_posix()
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in (".html", ".txt", ".jinja")
    ]
    return [
        name
        for name in found
        if not f"templates/{name}".startswith(STAFF) and not name.startswith(STAFF_ONLY)
    ]


def test_no_word_of_a_template_is_out_of_reach_of_gettext():
    bad = {
        name: found
        for name in shoppers_templates()
        if not any(
            name == pending or (pending.endswith("/") and name.startswith(pending)) for pending in NOT_YET
        )
        if (found := unmarked(TEMPLATES / name))
    }
    assert bad == {}


@pytest.mark.parametrize("language", languages())
def test_every_word_is_translated_and_keeps_its_names(language):
    have = known(language)
    wrong = []
    for messages in gathered().values():
        for (context, first), message in messages.items():
            there, said = have.get(first, context), names(" ".join(_strings(Message(None, message.id))))
            if there is None or not all(_strings(there)):
                wrong.append(f"not translated: {first}")
            elif any(names(one) - said for one in _strings(there)):
                wrong.append(f"other names in braces: {first}")
    assert wrong == []


def names(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|{\w*}|%[sd]", text))


def test_a_word_outside_is_found(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}<p>{% translate "Inside" %} {{ name }}</p><img alt="Outside"> left<script>var x;</script>'
    )
    assert unmarked(page) == ["Outside", "left"]


@pytest.mark.no_database
@pytest.mark.parametrize("language", languages())
def test_what_django_reads_is_compiled_from_what_stands_in_the_files(language):
    path = folder() / language / "LC_MESSAGES" / "django.mo"
    assert path.read_bytes() == compiled(language), "Compile it anew: manage.py find_words"
