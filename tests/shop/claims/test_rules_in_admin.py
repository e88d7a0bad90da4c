"""The Owner changes the claim rules in the admin, tries them first, and every article is checked anew."""

import pytest

from articles.evidence.claims import sign_off
from articles.evidence.recheck import progress, recheck, stale_versions
from articles.models import Article, ClaimChange
from config.worker.sweeps import ClaimsSweep
from shop.claims.check import check, worst
from shop.claims.conditions import names_condition
from shop.claims.models import OwnRule
from shop.claims.rules import PRODUCT, book, shipped, version
from tests.support.claims import LABELS, RED, published_with
from tests.support.factories import region
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
ADD = "/admin/claims/ownrule/add/"
LISTING = "/admin/claims/ownrule/"
COLOURS = {
    f"{surface}_{law}": "red" for surface in ("product", "article", "alone") for law in ("GB", "EU", "US")
}
NEW = {
    "code": "moon", "pattern": r"\bfull moon\b", "applies_to": ["food_supplement"], "why": "Superstition.",
    "advice": "Leave it out.", "source_GB": "Own rule", "source_EU": "", "source_US": "", **COLOURS,
}  # fmt: skip
TEXT = "Take magnesium at full moon."


def found(law="GB", text=TEXT):
    return [row.rule for row in check(text, law, PRODUCT)]


def test_a_new_rule_holds_in_the_laws_it_names_and_moves_the_version():
    before = version()
    assert signed_in("Owner").post(ADD, NEW).status_code == 302
    assert "moon" in found("GB")
    assert "moon" not in found("US")
    assert version() != before
    row = OwnRule.objects.get()
    assert row.changed_by == "owner"
    row.delete()
    assert version() == before, "the same rules have the same name"


def test_a_shipped_rule_is_changed_switched_off_and_brought_back():
    owner = signed_in("Owner")
    sent = fields_of(owner.get(f"{ADD}?code=disease-term").content.decode())
    assert "{disease_terms}" in sent["pattern"]
    assert sent["product_GB"] == "red"
    assert names_condition("insomnia")
    owner.post(ADD, {**sent, "is_off": "on"})
    assert not names_condition("insomnia")
    OwnRule.objects.all().delete()
    assert names_condition("insomnia")
    assert "disease-term" in shipped()


def test_it_can_be_tried_before_it_is_saved():
    owner = signed_in("Owner")
    page = owner.post(ADD, {**NEW, "_try": "1", "try_on": TEXT}).content.decode()
    assert "moon" in page
    assert "Nothing was saved" in page
    assert not OwnRule.objects.exists()
    assert found() == [], "and nothing stays in memory"


def test_the_bench_shows_what_is_found_in_every_region():
    bench = signed_in("Editor")
    text = "Magnesium may help reduce the symptoms of RLS."
    page = bench.post(f"{LISTING}bench/", {"text": text, "surface": "article"}).content.decode()
    for name in ("UK: red", "US: red", "EU: red"):
        assert name in page
    assert signed_in("Orders").get(f"{LISTING}bench/").status_code == 403
    assert "This field is required" in bench.post(f"{LISTING}bench/", {"surface": "article"}).content.decode()


def test_only_the_owner_changes_rules():
    for role in ("Writer", "Editor", "Marketing", "Orders"):
        assert signed_in(role).post(ADD, NEW).status_code == 403, role
    assert not OwnRule.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"pattern": "(unclosed"}, "not a regular expression"),
        ({"pattern": "(a+)+$"}, "takes seconds"),
        ({"source_GB": ""}, "Give a source"),
        ({"applies_to": []}, "required"),
        ({"code": "Not A Code"}, "Small letters"),
        ({"product_GB": "blue"}, "Select a valid choice"),
    ],
)
def test_a_rule_that_can_not_work_is_refused_with_the_reason(monkeypatch, wrong, told):
    if told == "takes seconds":
        monkeypatch.setattr("shop.claims.admin.PATIENCE_SECONDS", 1)
    answer = signed_in("Owner").post(ADD, {**NEW, **wrong})
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not OwnRule.objects.exists()


@pytest.mark.walk
def test_after_a_change_every_article_is_checked_anew_with_progress_and_sign_offs_lapse():
    draft = published_with(LABELS, RED)
    sign_off(draft, region("uk"), "Checked.", "owner")
    recheck(stale_versions())
    assert progress()[0] == progress()[1]
    signed_in("Owner").post(ADD, {**NEW, "pattern": r"\bmagnesium\b"})
    done, total = progress()
    assert (done, total >= 8) == (0, True)
    assert f"0 of {total} checked" in signed_in("Editor").get("/admin/").content.decode()
    sweep = ClaimsSweep()
    sweep()
    assert progress()[0] > 0
    while sweep():
        pass
    assert progress() == (total, total)
    draft.refresh_from_db()
    assert draft.claims_in(region("uk"))["signed_off"] is False
    assert ClaimChange.objects.filter(region_code="uk", after="red").count() >= 5
    other = Article.objects.exclude(slug=LABELS).first().newest()
    assert worst(check("magnesium", "GB")) == "red"
    assert other.claims_in(region("uk"))["rules"] == version()


def test_a_page_costs_no_query_more_for_the_rules(django_assert_num_queries):
    book()
    with django_assert_num_queries(1):  # the content version
        book()
