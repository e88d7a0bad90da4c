"""Addresses of an account: saved, changed, put first and deleted by its owner, offered at the checkout, gone with the account."""

import json
import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from config.accounts.addresses import MOST, save
from config.accounts.models import Account, SavedAddress
from config.staff.person import erase, export
from tests.conftest import a_shopper
from tests.support.accounts import PAGE, entered
from tests.support.baskets import add
from tests.support.factories import an_order, post_with_token, shown_next

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ADDRESSES = f"{PAGE}addresses/"
HERS = {
    "name": "Ada Lovelace", "line1": "1 Mill Lane", "line2": "Flat 2", "town": "Kendal", "postcode": "la9 4aa", "country": "GB",
}  # fmt: skip
OTHER = {**HERS, "line1": "9 Quay Street", "line2": "", "town": "Leeds", "postcode": "LS1 4AP"}


@pytest.fixture
def ada():
    client = a_shopper()
    entered(client)
    return client


def press(client, what, **typed):
    return post_with_token(client, ADDRESSES, ADDRESSES, {"do": what, **typed})


def kept():
    return [(row.line1, row.is_default) for row in SavedAddress.objects.all()]


def at_checkout(client):
    return client.get("/uk/checkout/").content.decode()


def test_an_address_is_added_changed_put_first_and_deleted(ada):
    press(ada, "save", **HERS)
    press(ada, "save", **OTHER)
    press(ada, "save", **HERS)  # twice, kept once
    first, second = SavedAddress.objects.all()
    assert kept() == [("1 Mill Lane", True), ("9 Quay Street", False)]
    assert (first.postcode, first.account.email) == ("LA9 4AA", "ada@example.org")
    press(ada, f"default:{second.pk}")
    assert kept() == [("9 Quay Street", True), ("1 Mill Lane", False)]
    page = ada.get(f"{ADDRESSES}?edit={first.pk}").content.decode()
    assert 'value="Flat 2"' in page
    press(ada, f"save:{first.pk}", **{**HERS, "line2": "Flat 3"})
    first.refresh_from_db()
    assert first.line2 == "Flat 3"
    press(ada, f"delete:{second.pk}")
    assert kept() == [("1 Mill Lane", True)]
    assert "gone already" in shown_next(press(ada, f"delete:{second.pk}"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"postcode": "123"}, "A UK postcode looks like LS1 4AP."),
        ({"name": ""}, "Type the name"),
        ({"line1": "see https://example.org"}, ""),
        ({"country": "US"}, ""),
        ({"town": "x" * 300}, ""),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_that_was_typed_is_lost(ada, wrong, words):
    answer = press(ada, "save", **{**HERS, **wrong})
    assert answer.status_code == 303
    page = ada.get(answer["Location"]).content.decode()
    assert "Please look at 1 field" in page
    assert words in page
    assert 'value="Flat 2"' in page
    assert not SavedAddress.objects.exists()


def test_the_checkout_offers_them_and_one_press_fills_it_without_losing_the_rest(ada):
    assert "saved-addresses" not in at_checkout(a_shopper())
    save(Account.objects.get(), {**HERS, "state": "", "postcode": "LA9 4AA"})
    save(Account.objects.get(), {**HERS, "state": "", "line1": "1 Rue du Port", "country": "FR"})
    add(ada, "CIT-CAP-90")
    page = at_checkout(ada)
    assert "1 Mill Lane" in page
    assert "1 Rue du Port" not in page, "this shop delivers to the UK"
    own = SavedAddress.objects.get(line1="1 Mill Lane")
    answer = press(ada, f"use:{own.pk}")
    assert answer["Location"] == "/uk/checkout/"
    page = at_checkout(ada)
    for value in ("Ada Lovelace", "1 Mill Lane", "Kendal", "LA9 4AA", "ada@example.org"):
        assert f'value="{value}"' in page
    assert "Please look at" not in page
    abroad = SavedAddress.objects.get(line1="1 Rue du Port")
    assert press(ada, f"use:{abroad.pk}")["Location"] == ADDRESSES


def test_who_has_no_account_reads_the_same_checkout_and_pays_no_query_for_it(ada):
    guest = a_shopper()
    for client in (guest, ada):
        add(client, "CIT-CAP-90")
        at_checkout(client)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        page = at_checkout(guest)
    assert "accounts_" not in " ".join(row["sql"] for row in seen)
    assert "Your addresses" not in page


def test_the_address_of_an_order_is_saved_by_one_press_and_only_of_ones_own(ada):
    order, strangers = an_order(email="Ada@example.org"), an_order(email="bob@example.org")
    assert f"keep:{order.number}" in ada.get(PAGE).content.decode()
    press(ada, f"keep:{strangers.number}")
    assert not SavedAddress.objects.exists()
    press(ada, f"keep:{order.number}")
    assert [row.line1 for row in SavedAddress.objects.all()] == [order.line1]


def test_nobody_reads_changes_uses_or_deletes_an_address_of_another(ada):
    press(ada, "save", **HERS)
    pk, bob = SavedAddress.objects.get().pk, a_shopper()
    entered(bob, "bob@example.org")
    add(bob, "CIT-CAP-90")
    assert "Mill Lane" not in bob.get(f"{ADDRESSES}?edit={pk}").content.decode()
    for what in (
        f"delete:{pk}",
        f"default:{pk}",
        f"use:{pk}",
        "delete:",
        "delete:²",
        "nonsense",
        f"delete:{10**30}",
    ):
        press(bob, what)
    press(bob, f"save:{pk}", **OTHER)
    assert Account.objects.get(email="ada@example.org").addresses.get().line1 == "1 Mill Lane"
    assert Account.objects.get(email="bob@example.org").addresses.get().line1 == "9 Quay Street"
    assert "Mill Lane" not in at_checkout(bob)
    assert a_shopper().get(ADDRESSES)["Location"] == PAGE


def test_no_more_are_kept_than_a_page_shows(ada):
    account = Account.objects.get()
    for number in range(MOST):
        save(account, {**HERS, "state": "", "line1": f"{number} Mill Lane"})
    answer = post_with_token(ada, PAGE, ADDRESSES, {"do": "save", **OTHER})
    assert SavedAddress.objects.count() == MOST
    page = shown_next(answer)
    assert f"You have {MOST} addresses" in page
    assert 'name="line1"' not in page


def test_an_account_has_one_address_that_stands_first():
    entered(a_shopper())
    account = Account.objects.get()
    save(account, {**HERS, "state": ""})
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedAddress.objects.create(account=account, is_default=True, **HERS)


def test_they_are_in_both_exports_and_go_with_the_account(ada):
    press(ada, "save", **HERS)
    file = json.loads(post_with_token(ada, PAGE, f"{PAGE}export/", {}).content)
    assert "1 Mill Lane" in file["addresses"][0]["address"]
    staff = export("ada@example.org")["tables"]["addresses of an account"]
    assert "1 Mill Lane" in re.sub(r"\s+", " ", str(staff["rows"]))
    assert erase("ada@example.org") >= 1
    assert not SavedAddress.objects.exists()
