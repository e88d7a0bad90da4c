"""Who agreed to letters in another shop gets ours; of nobody else is anything kept, and who stopped stays away."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.moving.customers import Lists, State, bring_in, customers_in, found_in
from config.newsletter import letters
from config.newsletter.models import AGREED, Stopped, Subscriber
from shop.optin.asking import CONFIRM_WITHIN, forget_unconfirmed, stop
from shop.text.tables import decoded
from tests.support.exports import CUSTOMERS_HEAD, CUSTOMERS_OF_SHOPIFY, CUSTOMERS_OF_WOO
from tests.support.factories import region

pytestmark = pytest.mark.django_db


def found(text, home="uk"):
    return list(found_in(text, Lists("old.example", region(home))))


def states(text):
    return [one.state for one in found(text)]


def table(*rows, head="Email,Accepts Email Marketing,Default Address Country Code"):
    return "\n".join([head, *rows])


def test_a_table_of_shopify_leaves_subscribers_of_those_who_agreed_alone():
    assert bring_in(found(CUSTOMERS_OF_SHOPIFY)) == 3
    assert sorted(Subscriber.objects.values_list("email", "region__code")) == [
        ("ada@example.org", "uk"),
        ("bea@example.com", "us"),
        ("cleo@example.it", "eu"),
    ]
    ada = Subscriber.objects.get(email="ada@example.org")
    assert ada.confirmed_at is not None
    assert ada.agreed_to.startswith("“Accepts Email Marketing: yes”; agreed to at old.example; brought in on")
    told = {one.line: (one.state, one.words) for one in found(CUSTOMERS_OF_SHOPIFY)}
    assert told[2] == (State.SAME, "This address is among the subscribers already; it stays as it is.")
    assert told[4] == (State.NONE, "")
    assert told[6][0] == State.REFUSED
    assert "Column “Email”: what stands there is no address" in told[6][1]
    assert told[7] == (State.SAME, "Line 2 has the same address.")
    assert "No open region delivers to “CH”: add a column “Region” with one of" in told[8][1]


def test_a_second_time_changes_nothing():
    bring_in(found(CUSTOMERS_OF_SHOPIFY))
    before = list(Subscriber.objects.order_by("pk").values())
    assert bring_in(found(CUSTOMERS_OF_SHOPIFY)) == 0
    assert list(Subscriber.objects.order_by("pk").values()) == before


def test_when_it_was_agreed_to_comes_along():
    bring_in(found(CUSTOMERS_OF_WOO))
    row = Subscriber.objects.get()
    assert (row.email, row.region.code) == ("dora@example.org", "uk")
    assert f"{row.confirmed_at:%Y-%m-%d %H:%M}" == "2021-05-03 08:30"
    assert "agreed to at old.example on 3 May 2021" in row.agreed_to


def test_our_own_export_says_to_which_words():
    head = "Email,Accepts Email Marketing,Marketing consent date,Marketing consent source,Region"
    bring_in(found(table(f'e@example.org,yes,2024-01-02T03:04:05+00:00,"{AGREED}",eu', head=head)))
    row = Subscriber.objects.get()
    assert row.region.code == "eu"
    assert row.agreed_to.startswith(f"“{AGREED[:60]}")
    assert len(row.agreed_to) <= 200


def test_a_moment_that_has_not_come_is_none():
    bring_in(found(table("e@example.org,yes,2999-01-01", head="Email,Accepts Marketing,Consent date")))
    assert Subscriber.objects.get().confirmed_at <= timezone.now()


# --- who stopped ---------------------------------------------------------------------------------------------------


def test_who_stopped_letters_here_never_comes_back():
    row = letters.ask(region("uk"), "ada@example.org")
    Subscriber.objects.update(confirmed_at=timezone.now())
    stop(Subscriber.objects.get(pk=row.pk))
    [ada, *_] = found(CUSTOMERS_OF_SHOPIFY)
    assert ada.state == State.STOPPED
    assert "only its owner can ask" in ada.words
    bring_in(found(CUSTOMERS_OF_SHOPIFY))
    assert not Subscriber.objects.filter(email="ada@example.org").exists()
    assert "ada" not in str(list(Stopped.objects.values()))


def test_who_stops_between_looking_and_saving_does_not_come_back():
    looked = found(table("ada@example.org,yes,GB"))
    Subscriber.objects.create(email="ada@example.org", region=region("uk"), confirmed_at=timezone.now())
    stop(Subscriber.objects.get())
    assert bring_in(looked) == 0
    assert not Subscriber.objects.exists()


def test_the_owner_of_an_address_may_ask_again_by_the_form():
    Subscriber.objects.create(email="ada@example.org", region=region("uk")).delete()
    assert Stopped.objects.count() == 1
    assert letters.ask(region("uk"), "ada@example.org").pk


def test_who_never_answered_has_not_stopped():
    old = timezone.now() - CONFIRM_WITHIN * 2
    Subscriber.objects.create(email="ada@example.org", region=region("uk"), asked_at=old)
    assert forget_unconfirmed(Subscriber, sweep="x") == 1
    assert not Stopped.objects.exists()
    assert states(table("ada@example.org,yes,GB")) == [State.NEW]


# --- odd files -----------------------------------------------------------------------------------------------------

ODD = {
    "a byte order mark and semicolons": "\ufeffEmail;Accepts Email Marketing\nada@example.org;yes",
    "leading apostrophes": table("'ada@example.org,'yes,'GB"),
    "capital letters and blanks": table(" ADA@Example.ORG , TRUE , gb "),
    "invisible characters": table("ada\u200b@example.org,yes,GB"),
    "a country by its name": table("ada@example.org,yes,United Kingdom"),
    "no country": table("ada@example.org,yes,"),
    "quoted headings": '"Email","Accepts Email Marketing"\n"ada@example.org","yes"',
    "tabs": "Email\tAccepts Email Marketing\nada@example.org\tyes",
    "old line ends": "Email,Accepts Email Marketing\rada@example.org,yes\r",
    "a note over several lines": 'Note,Email,Accepts Email Marketing\n"one\ntwo, ""three""",ada@example.org,yes',
    "a phone with an apostrophe": "Phone,Email,Accepts Email Marketing\n'+44 20 7946 0000,ada@example.org,yes",
    "Matrixify's columns": "Email,Email Marketing: Status,Email Marketing: Updated At\nada@example.org,subscribed,2021-05-03 08:30:00 UTC",
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_files_are_read_all_the_same(name):
    [one] = found(ODD[name])
    assert one.state == State.NEW, one.words
    assert (one.row.email, one.row.region.code) == ("ada@example.org", "uk")


BAD = {
    "no consent": (table("ada@example.org,no,GB"), State.NONE),
    "an empty consent": (table("ada@example.org,,GB"), State.NONE),
    "not subscribed": (table("ada@example.org,not_subscribed,GB"), State.NONE),
    "a short row": (table("ada@example.org"), State.NONE),
    "no e-mail": (table(",yes,GB"), State.REFUSED),
    "two in one": (table('"a@example.org, b@example.org",yes,GB'), State.REFUSED),
    "endless": (table("a" * 5000 + "@example.org,yes,GB"), State.REFUSED),
    "no column of consent": ("Email\nada@example.org", State.REFUSED),
    "no column of addresses": ("Name\nAda", State.REFUSED),
    "binary": ("PK\x03\x04", State.REFUSED),
}


@pytest.mark.parametrize("name", BAD)
def test_nothing_is_made_of_a_row_that_does_not_say_yes(name):
    text, state = BAD[name]
    assert states(text) == [state]
    assert bring_in(found(text)) == 0


def test_one_line_that_says_no_outweighs_another_that_says_yes():
    assert states(table("Ada@example.org,yes,GB", "ada@EXAMPLE.org,no,GB")) == [State.NONE, State.NONE]


def test_nothing_is_an_empty_file():
    assert [one.trouble[:14] for one in customers_in("")] == ["The first line"]


def test_bytes_of_windows_are_read():
    data = f"{CUSTOMERS_HEAD}\nZoë,Café,zoe@example.org,yes".encode("cp1252")
    assert states(decoded(data)) == [State.NEW]


@pytest.mark.slow
def test_rows_cost_no_query_each(django_assert_max_num_queries):
    text = table(*(f"n{number}@example.org,yes,GB" for number in range(3_000)))
    with django_assert_max_num_queries(70):
        assert bring_in(found_in(text, Lists("old.example", region("uk")))) == 3_000


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_names_nobody_and_looks_first(tmp_path):
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS_OF_SHOPIFY)

    def said(*more):
        out = StringIO()
        call_command("import_customers", file, "--shop", "old.example", *more, stdout=out)
        return out.getvalue()

    looked = said()
    assert (
        "3 new, 1 there already, 1 did not agree to letters, 0 stopped letters here, 2 left out. Nothing is saved"
        in looked
    )
    assert "ada@example.org" not in looked
    assert not Subscriber.objects.exists()
    assert "3 get letters from now on" in said("--save")
    with pytest.raises(CommandError, match="what the other shop is called"):
        call_command("import_customers", file, "--shop", " ")
