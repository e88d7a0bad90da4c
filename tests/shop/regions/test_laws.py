"""Laws are rows: none of what was shipped has lost a word, and a copy is edited and followed without code."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from shop.catalogue.models import Particular
from shop.regions.laws import LawPack, LawVersion, Told, law_names, laws, shipped
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


def copied(code="AU", name="Australia", like="GB"):
    """As the owner does it: the answer of the form."""
    owner, page = signed_in(), "/admin/regions/lawpack/add/"
    old = LawPack.objects.get(code=like)
    fields = fields_of(owner.get(page).content.decode())
    return owner, owner.post(page, {**fields, "code": code, "name": name, "copied_from": old.pk})


def test_the_rows_say_word_for_word_what_the_shipped_laws_say():
    for code, law in shipped().items():
        row = LawPack.objects.get(code=code)
        assert row.facts() == {**law.facts(), "review_by": row.review_by}, code
        row.full_clean()
        assert {one.fact for one in row.sources.all()} == set(Told.values)
        assert row.lacks(TODAY) == []


@pytest.mark.parametrize(
    ("code", "button", "level", "reference", "days", "here", "working"),
    [
        ("GB", "Order with obligation to pay", 400, 375, 14, "Cancel contract here", False),
        ("EU", "Order with obligation to pay", 250, 375, 14, "Withdraw from contract here", True),
        ("US", "Place order", 350, 420, 30, "", False),
    ],
)
def test_the_three_laws_are_as_they_were(code, button, level, reference, days, here, working):
    law = laws()[code]
    assert (law.order_button, law.upper_level_mg, law.reference_mg) == (button, level, reference)
    assert (law.withdrawal_days, law.withdraw_here, law.ends_on_working_day) == (days, here, working)
    assert law.claims_as == law.pages_as == code
    assert bool(law.disclaimer) == (code == "US")


@pytest.mark.slow
def test_a_law_is_copied_with_its_sources_and_particulars_and_none_counts_as_seen():
    _, answer = copied()
    assert answer.status_code == 302, answer.content.decode()
    new, old = LawPack.objects.get(code="AU"), LawPack.objects.get(code="GB")
    assert new.facts() == old.facts()
    assert new.sources.count() == len(Told.values)
    assert not new.sources.filter(is_verified=True).exists()
    mine = Particular.objects.filter(law="AU")
    assert mine.count() == Particular.objects.filter(law="GB").count() > 0
    assert not mine.filter(is_verified=True).exists()
    assert law_names()["AU"] == "Australia"


@pytest.mark.slow
def test_a_change_shows_at_once_and_is_kept_with_who_made_it():
    owner, _ = copied()
    law = LawPack.objects.get(code="AU")
    Region.objects.filter(code="uk").update(law="AU")
    page = f"/admin/regions/lawpack/{law.pk}/change/"
    fields = fields_of(owner.get(page).content.decode())
    answer = owner.post(page, {**fields, "order_button": "Pay now and order"})
    assert answer.status_code == 302, answer.content.decode()
    assert "Pay now and order" in a_shopper().get("/uk/help/terms/").content.decode()
    kept = list(LawVersion.objects.filter(law=law).order_by("number"))
    assert [row.number for row in kept] == [1, 2]
    assert kept[1].said["order_button"] == "Pay now and order"
    assert kept[1].changed_by
    assert "order button" in owner.get(page).content.decode()
    owner.post(page, fields_of(owner.get(page).content.decode()))
    assert LawVersion.objects.filter(law=law).count() == 2, "nothing was changed"


def test_a_region_that_follows_a_copy_is_judged_by_the_claims_rules_it_names():
    LawPack.objects.filter(code="EU").update(claims_as="GB")
    assert region("eu").claims_law == "GB"
    assert region("eu").law == "EU"


def test_a_law_that_is_incomplete_or_old_says_what_it_lacks():
    law = LawPack.objects.get(code="GB")
    law.sources.filter(fact="level").delete()
    assert law.lacks(law.review_by) == ["no source for upper level", "to be compared with its sources again"]
    assert law.lacks(law.review_by - timedelta(days=1)) == ["no source for upper level"]


def test_a_form_of_withdrawal_needs_all_its_words():
    law = LawPack.objects.get(code="US")
    law.withdraw_here = "Withdraw here"
    with pytest.raises(ValidationError) as told:
        law.full_clean()
    assert set(told.value.message_dict) == {"withdraw_confirm", "withdraw", "withdrew", "withdrawn"}


def test_the_database_knows_the_laws_whoever_writes():
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.filter(code="uk").update(law="ZZ")
    with pytest.raises(IntegrityError), transaction.atomic():
        LawPack.objects.filter(code="GB").update(code="UK")
