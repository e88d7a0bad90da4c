"""The log of sign-offs and ticks as a document: what it says, of which days, and that no word of it is markup."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.admin.claim_log import COLUMNS, TEMPLATE, csv_rows, pdf_data
from articles.evidence import log
from articles.evidence.claims import store
from articles.evidence.log import Entry, Said, entries
from articles.models import Article, ClaimSignOff, NoClaim, NoClaimEnd, RulesInForce, Version
from shop.claims import rules
from shop.content.models import one_state
from shop.invoices.typesetting import typeset
from shop.regions.models import Seller
from shop.web.spreadsheet import csv_lines
from tests.support.claims import LABELS
from tests.support.factories import region
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
EXPORT = "/admin/articles/claimsignoff/export/"
NOW = timezone.now()
RED_ONE = {
    "severity": "red",
    "sentence": "It heals.",
    "phrase": "heals",
    "rule": "cure-word",
    "source": "GB law",
}


def signed(version=None, **given):
    version = version or Article.objects.get(slug=LABELS).newest()
    row = {
        "version": version, "region": region("uk"), "reason": "Counsel.", "signed_by": "owner", "signed_at": NOW,
        "state": "s", "rules": rules.version(), "findings": [RED_ONE, {**RED_ONE, "severity": "amber"}],
    }  # fmt: skip
    return ClaimSignOff.objects.create(**{**row, **given})


def ticked(**given):
    row = {
        "article": Article.objects.get(slug=LABELS), "digest": "d", "sentence": "It hums.", "place": "Text 1",
        "reason": "food", "ticked_by": "edith", "ticked_at": NOW, "rules": rules.version(),
    }  # fmt: skip
    return NoClaim.objects.create(**{**row, **given})


@pytest.fixture(autouse=True)
def empty_log():
    for model in (NoClaimEnd, NoClaim, ClaimSignOff, RulesInForce):
        model.objects.all()._raw_delete("default")


def claims_of(version, **found):
    Version.objects.filter(pk=version.pk).update(claims={"uk": found})
    return version


def only():
    (entry,) = entries()
    return entry


@pytest.mark.slow
def test_an_answer_is_told_with_all_that_it_was_said_of():
    signed()
    entry = only()
    assert entry.said == [Said("It heals.", "heals", "cure-word", "GB law")], "red alone needs an answer"
    assert (entry.article, entry.region, entry.law, entry.reason, entry.by) == (
        LABELS, "UK", "GB", "Counsel.", "owner",
    )  # fmt: skip
    assert entry.rules == rules.version()


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("read: claim", "claim"),
        ("read: dose-for-a-condition", "dose for a condition"),
        ("cure-word", "cure-word"),
    ],
)
def test_the_page_of_a_sign_off_shows_each_red_sentence_with_its_rule_and_source(rule, name):
    row = signed(findings=[{**RED_ONE, "rule": rule}, {**RED_ONE, "sentence": "Named.", "severity": "amber"}])
    page = signed_in("Owner").get(f"/admin/articles/claimsignoff/{row.pk}/change/").content.decode()
    assert f"“It heals.” ({name} · GB law)" in page
    assert "Named." not in page
    assert rules.version() in page
    assert only().said[0].rule == name


def test_a_sign_off_holds_or_lapsed_with_the_rules_or_with_what_it_was_given_for():
    version = Article.objects.get(slug=LABELS).newest()
    Version.objects.filter(pk=version.pk).update(changed_at=NOW - timedelta(days=9))
    signed(claims_of(version, state="s"))
    assert only().standing == "holds"
    claims_of(version, state="other")
    assert only().standing == "lapsed: the words, the links or the rules changed"
    later = NOW + timedelta(hours=2)
    RulesInForce.objects.create(rules="9.9", since=later)
    assert (only().lapsed_at, only().lapsed_because) == (later, "the rules changed")
    sooner = NOW + timedelta(hours=1)
    Version.objects.filter(pk=version.pk).update(changed_at=sooner)
    assert only().lapsed_at == sooner


def test_a_tick_holds_or_lapsed_with_the_words_the_rules_or_by_being_withdrawn():
    version = Article.objects.get(slug=LABELS).newest()
    row = ticked()
    claims_of(version, ticked=["d"])
    assert (only().standing, only().region) == ("holds", "UK, US, EU")
    claims_of(version, ticked=[])
    Version.objects.filter(pk=version.pk).update(changed_at=NOW + timedelta(hours=1))
    assert only().standing == f"lapsed since {NOW + timedelta(hours=1):%Y-%m-%d %H:%M} UTC: the words changed"
    NoClaimEnd.objects.create(no_claim=row, ended_by="anna", ended_at=NOW + timedelta(hours=3))
    assert only().standing.endswith(": withdrawn by anna")
    NoClaimEnd.objects.all()._raw_delete("default")
    NoClaim.objects.update(rules="0.1")
    assert only().standing == "lapsed: the rules changed"


def test_days_are_of_utc_and_both_included():
    for days in range(4):
        ticked(ticked_at=NOW.replace(hour=23, minute=59) - timedelta(days=days), digest=f"d{days}")
    today = NOW.date()
    assert len(list(entries(today - timedelta(days=2), today - timedelta(days=1)))) == 2
    assert len(list(entries(None, today))) == len(list(entries())) == 4
    assert list(entries(today + timedelta(days=1))) == []


def test_the_number_of_queries_does_not_grow_with_the_articles(monkeypatch):
    def cost():
        with one_state(), CaptureQueriesContext(connection) as done:
            list(entries())
        return len(done)

    articles = list(Article.objects.order_by("pk"))
    ticked(article=articles[0])
    signed(articles[0].newest())
    cost()
    before = cost()
    for article in articles[1:]:
        ticked(article=article)
        signed(article.newest())
    assert cost() == before
    monkeypatch.setattr(log, "BATCH", 2)
    assert [row.article for row in entries()] == sorted(row.article for row in entries())


HOSTILE = [
    '=HYPERLINK("http://evil.test")',
    " +1+1",
    "\n@SUM(A1)",
    "-2",
    "＝1+1",
    '#read("/etc/passwd") *bold* $x$ \\ "quoted" ] } `raw` <label> @ref',
    "Ж 鎂 \u202eabc\u202c \x00 \ud83d",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_word_is_taken_for_a_formula_or_for_markup(words):
    entry = Entry(
        kind="No claim", article=words, title=words, version=words, region=words, law=words, reason=words, by=words,
        said=[Said(words, words, words, words)], at=NOW, rules=words, holds=False, lapsed_at=NOW, lapsed_because=words,
    )  # fmt: skip
    text = "".join(csv_lines(COLUMNS, csv_rows([entry], words, NOW, words)))
    head, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head == COLUMNS
    assert len(row) == len(COLUMNS)
    assert not [cell for cell in row if cell.lstrip()[:1] in tuple("=+-@＝")]
    data = pdf_data([entry], None, NOW, words)
    assert typeset(TEMPLATE, data).startswith(b"%PDF-")


def test_the_document_is_of_the_seller_the_day_and_the_period():
    signed()
    ticked()
    data = pdf_data(list(entries()), Seller.current(), NOW, "from 2026-11-01")
    head = {row["name"]: row["lines"] for row in data["head"]}
    assert head["Seller"][0] == Seller.current().legal_name
    assert head["Period"] == ["from 2026-11-01 (days in UTC)"]
    assert head["Rules in force"] == [rules.version()]
    (article,) = data["articles"]
    assert [row["name"] for row in article["regions"]] == ["UK", "UK, US, EU"]
    assert article["regions"][0]["entries"][0]["said"] == [
        {"words": "It heals.", "about": "heals · cure-word · GB law"}
    ]


@pytest.mark.slow
def test_staff_take_it_along_as_pdf_or_csv():
    store(Article.objects.get(slug=LABELS).newest())
    signed()
    editor = signed_in("Editor")
    assert 'type="date"' in editor.get(EXPORT).content.decode()
    assert EXPORT in editor.get("/admin/articles/claimsignoff/").content.decode()
    assert EXPORT in editor.get("/admin/articles/noclaim/").content.decode()
    pdf = editor.get(EXPORT, {"form": "pdf", "begin": f"{date.today():%Y-%m-%d}"})
    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Content-Disposition"].endswith('.pdf"')
    told = b"".join(editor.get(EXPORT, {"form": "csv"}).streaming_content).decode()
    assert "It heals." in told
    assert signed_in("Orders").get(EXPORT).status_code == 403


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"form": "csv", "begin": "2026-11-02", "end": "2026-11-01"}, "lies before"),
        ({"form": "pdf", "begin": "yesterday"}, "Enter a valid date"),
        ({"form": "docx"}, "docx is not one of the available choices"),
    ],
)
def test_a_period_that_is_none_is_said_and_stays_typed(asked, words):
    answer = signed_in("Editor").get(EXPORT, asked)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_more_than_a_pdf_holds_is_said_before_it_is_made(monkeypatch):
    monkeypatch.setattr("articles.admin.claim_log.MAX_ENTRIES", 1)
    ticked()
    signed()
    assert "1 entries at most" in signed_in("Editor").get(EXPORT, {"form": "pdf"}).content.decode()


def test_ticks_are_a_log_that_nobody_changes():
    row = ticked()
    owner = signed_in("Owner")
    assert "It hums." in owner.get("/admin/articles/noclaim/").content.decode()
    assert owner.post(f"/admin/articles/noclaim/{row.pk}/change/", {"reason": "x"}).status_code == 403
    assert owner.post(f"/admin/articles/noclaim/{row.pk}/delete/", {"post": "yes"}).status_code == 403
