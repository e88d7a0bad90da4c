"""Hostile markup in every field, past every form: nothing runs, on no page and in no form of the admin.

The list follows OWASP's filter evasion cheat sheet; Word's paste, SVG, javascript: and data: addresses are in it.
"""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from articles.evidence import facts
from articles.models import (
    BLOCKS,
    Article,
    Author,
    Callout,
    Comment,
    EvidenceTable,
    Faq,
    Figure,
    FormTable,
    PreviewLink,
    ProductCard,
    Question,
    Reference,
    ReferenceBlock,
    RichText,
    Topic,
    Version,
)
from config.seed.articles import load_article
from config.seed.files import read_article
from config.seed.rows import Rows
from shop.catalogue.models import Product
from shop.pictures.models import Picture
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
GUIDE = "citrate-glycinate-oxide-label-guide"
EVIL = [
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "</script><script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<IMG SRC=`javascript:alert(1)`>",
    '<img """><script>alert(1)</script>">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="vbscript:alert(1)">x</a>',
    '<svg onload="alert(1)"></svg>',
    "<svg><script>alert(1)</script></svg>",
    '<math><a xlink:href="javascript:alert(1)">x</a></math>',
    '<p style="background:url(javascript:alert(1))" onclick="alert(1)">x</p>',
    '<iframe src="//evil.example" srcdoc="<script>alert(1)</script>"></iframe>',
    '<object data="data:text/html,alert(1)"></object><embed src="x">',
    '<form action="javascript:alert(1)"><button formaction="javascript:alert(1)">x</button></form>',
    '<meta http-equiv="refresh" content="0;url=javascript:alert(1)"><base href="javascript:alert(1)//">',
    "<!--[if gte mso 9]><script>alert(1)</script><![endif]--><o:p onclick=alert(1)>x</o:p>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
]


class Reader(HTMLParser):
    """Collects what would run, as a browser's parser sees it."""

    def __init__(self):
        super().__init__()
        self.found, self.script = [], False

    def handle_starttag(self, tag, attrs):
        self.script = tag == "script"
        if tag in {"iframe", "object", "embed", "base", "math"}:
            self.found.append(tag)
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x20]", "", value or "").lower()
            runs = name.startswith("on") or address.startswith(("javascript:", "vbscript:", "data:text"))
            if runs or (name == "style" and "alert" in address) or (name == "srcdoc"):
                self.found.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag):
        self.script = False

    def handle_data(self, data):
        if self.script and "alert(1)" in data and "@context" not in data:
            self.found.append(f"script: {data[:60]}")


def running_parts(html) -> list[str]:
    reader = Reader()
    reader.feed(html)
    return reader.found


def test_the_reader_of_running_parts_sees_what_would_run():
    for evil in EVIL[:-1]:
        if "`" not in evil and "mso" not in evil:
            assert running_parts(f"<main>{evil}</main>"), evil


def text_fields(model):
    return [
        field.name
        for field in model._meta.fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name
        not in {"slug", "key", "code", "codes", "region_codes", "region", "file", "sku", "token"}
        and field.name not in {"source_hash", "words_digest", "reviewed_words"}
    ]


def spoil(row, evil):
    """Put `evil` into every text of a row; rich text goes through the model's own save, the rest past it."""
    names = text_fields(type(row))
    for name in names:
        length = row._meta.get_field(name).max_length
        setattr(row, name, evil[:length] if length else evil)
    row.save()


def blocks_of(version, evil):
    """One block of each kind, with `evil` in every text of it."""
    question = Question.objects.first()
    for made in (
        RichText(),
        Callout(tone="note"),
        Faq(),
        Figure(picture=version.picture),
        EvidenceTable(question=question),
        FormTable(),
        ProductCard(product=Product.objects.get(slug="magnesium-citrate-capsules")),
        ReferenceBlock(reference=Reference.objects.get(key="walker2003")),
    ):
        made.parent, made.region, made.ordering = version, "main", 1
        spoil(made, evil)


def rows_around(version, evil):
    """Everything a page shows of an article besides its blocks: words, author, picture, topics, tags, sources, comments."""
    version.reviewed_on = timezone.localdate()
    question = Question.objects.first()
    Reference.objects.filter(key="walker2003").update(question=question, link="javascript:alert(1)", doi="")
    link = PreviewLink.objects.create(
        version=version, region=region("uk"), expires_at="2999-01-01T00:00Z", made_by="anna"
    )
    for row in (version, version.author, version.picture, question, Comment(link=link),
                *Topic.objects.filter(pk__in=version.topics.all()[:1]), *version.tags.all()[:1],
                Reference.objects.get(key="walker2003")):  # fmt: skip
        spoil(row, evil)
    return link


def spoilt(evil="", blocks=()) -> Article:
    """The guide: with `evil` in all that stands around its blocks, and blocks with each of `blocks`."""
    article = Article.objects.get(slug=GUIDE)
    version = article.newest()
    if not blocks:
        for kind in BLOCKS:
            kind.objects.filter(parent=version).delete()
    for payload in blocks:
        blocks_of(version, payload)
    rows_around(version, evil or EVIL[0])
    facts.refresh(Version.objects.get(pk=version.pk))
    return article


def assert_nothing_runs(client, *addresses):
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert running_parts(answer.content.decode()) == [], address


def assert_nothing_runs_anywhere(article):
    link = PreviewLink.objects.get()
    assert_nothing_runs(
        a_shopper(),
        f"/uk/articles/{GUIDE}/",
        "/uk/articles/",
        "/uk/",
        "/uk/shop/magnesium-citrate-capsules/",
        f"/uk/articles/authors/{Author.objects.get().slug}/",
        link.get_absolute_url(),
    )
    staff = signed_in()
    staff.post(f"/admin/articles/article/{article.pk}/change/", {"action": "edit"})
    assert_nothing_runs(
        staff,
        "/admin/",
        "/admin/articles/article/",
        f"/admin/articles/article/{article.pk}/change/",
        f"/admin/articles/version/{article.draft.pk}/change/",
        "/admin/articles/article/matrix/",
        f"/admin/articles/article/regions/{article.newest().pk}/uk/us/",
        f"/admin/articles/article/compare/{article.versions.last().pk}/{article.newest().pk}/",
        "/admin/articles/topic/",
        "/admin/articles/reference/",
        f"/admin/pictures/picture/{article.newest().picture_id}/change/",
    )


def test_nothing_runs_in_a_block_of_any_kind():
    """Each payload in every text of a block of its own, all of them on one page."""
    assert_nothing_runs_anywhere(spoilt(blocks=EVIL))


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_runs_whichever_field_around_the_blocks_it_stands_in(evil):
    assert_nothing_runs_anywhere(spoilt(evil))


def test_the_feed_carries_nothing_that_runs():
    spoilt(blocks=EVIL)
    feed = ElementTree.fromstring(a_shopper().get("/uk/articles/feed/").content)
    texts = [part.text or "" for part in feed.iter() if part.get("type") == "html"]
    assert texts
    for text in texts:
        assert running_parts(text) == []


def test_the_form_keeps_nothing_that_runs():
    """Each payload in a rich field of its own, saved by one press of the button."""
    staff = signed_in()
    article = Article.objects.get(slug=GUIDE)
    staff.post(f"/admin/articles/article/{article.pk}/change/", {"action": "edit"})
    for number in range(len(EVIL)):
        RichText(parent=article.draft, region="main", ordering=900 + number, body="<p>x</p>").save()
    Faq(parent=article.draft, region="main", ordering=990, question="q", answer="<p>x</p>").save()
    address = f"/admin/articles/version/{article.draft.pk}/change/"
    sent = fields_of(staff.get(address).content.decode())
    names = [name for name in sent if name.endswith(("-body", "-answer"))]
    assert len(names) > len(EVIL)
    rich = {name: f"<p>Before.</p>{EVIL[number % len(EVIL)]}" for number, name in enumerate(names)}
    answer = staff.post(address, {**sent, **rich, "title": EVIL[0], "_continue": "1"})
    assert answer.status_code == 302
    kept = [
        getattr(block, name)
        for kind in BLOCKS
        for block in kind.objects.filter(parent=article.draft)
        for name in getattr(kind, "rich_fields", ())
    ]
    assert sum("Before." in text for text in kept) == len(names)
    for text in kept:
        assert running_parts(text) == [], text


@pytest.mark.parametrize("evil", EVIL)
def test_the_loader_stores_nothing_that_runs(tmp_path, evil):
    head = {"slug": "evil", "title": "T", "summary": "S", "author": "editors", "topics": "[]", "tags": "[]",
            "published": "2026-11-01T08:00:00+00:00", "picture": "hero.webp"}  # fmt: skip
    lines = [f'{key} = "{value}"' if value != "[]" else f"{key} = []" for key, value in head.items()]
    file = tmp_path / "evil.html"
    file.write_text(
        "+++\n" + "\n".join(lines) + f"\n+++\n<p>x</p>{evil}\n::: faq question='q'\n<p>y</p>{evil}\n"
    )

    class NoPictures:
        def get(self, name):
            return Picture.objects.first()

    regions = {row.code: row for row in Region.objects.all()}
    assert load_article(read_article(file), regions, NoPictures(), Rows(print)) is not None
    assert running_parts(a_shopper().get("/uk/articles/evil/").content.decode()) == []


def test_every_block_with_rich_text_names_its_rich_fields():
    for model in apps.get_models():
        rich = {field.name for field in model._meta.fields if type(field).__name__ == "ProseEditorField"}
        assert rich == (set(getattr(model, "rich_fields", ())) if rich else set())
