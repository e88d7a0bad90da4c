"""A region speaks of its own tax and number: on pages, in mails, on invoices, and of orders as they were placed."""

import pytest

from shop.checkout.forms import CheckoutForm
from shop.invoices.issue import issue_invoice
from shop.regions.models import Country, PostalZone, Region, ZoneRule
from tests.support.factories import an_order, region
from tests.support.orders import paid

pytestmark = pytest.mark.django_db


def of_gst(**more) -> Region:
    """The UK's row with Australia's words."""
    Region.objects.filter(code="uk").update(
        **{"tax_words": "incl. GST", "vat_number": "12 345 678 901", **more}
    )
    return region("uk")


def test_the_number_is_named_after_the_tax_unless_it_has_a_name_of_its_own():
    assert of_gst().tax_number_words == "GST number 12 345 678 901"
    assert of_gst(tax_number_name="ABN").tax_number_words == "ABN 12 345 678 901"
    assert of_gst(vat_number="").tax_number_words == ""
    assert region("eu").tax_number_words.startswith("VAT number NL")


@pytest.mark.slow
def test_an_order_keeps_the_number_as_it_was_called(client):
    of_gst(tax_number_name="ABN")
    order = an_order("CIT-CAP-90")
    of_gst(tax_number_name="Business number")
    order.refresh_from_db()
    assert order.seller_tax_number == "ABN 12 345 678 901"
    order.legal = {"vat_number": "GB1"}
    assert order.seller_tax_number == "VAT number GB1", "kept before numbers had names"
    assert "Business number 12 345 678 901" in client.get("/uk/help/contact/").content.decode()


@pytest.mark.slow
def test_an_invoice_is_headed_as_its_region_names_it():
    of_gst(invoice_title="Tax invoice")
    assert issue_invoice(paid()).data["title"] == "Tax invoice"
    assert issue_invoice(paid(code="eu")).data["title"] == "Invoice"


def test_a_place_with_rates_of_its_own_is_told_in_the_words_of_its_region():
    of_gst()
    zone = PostalZone(
        country=Country.objects.get(code="GB"), name="norfolk Island", source="", rule=ZoneRule.RATE
    )
    assert zone.told == "Norfolk Island has GST rates of its own: the price stays, the GST in it differs."


def to_australia(**typed) -> CheckoutForm:
    Country.objects.filter(code="GB").update(code="AU", name="Australia", postcode_pattern=r"\d{4}")
    data = {"email": "ada@example.org", "name": "Ada", "country": "AU", "line1": "1 George St", "town": "Sydney",
            "postcode": "2000", "state": "NSW"}  # fmt: skip
    return CheckoutForm({**data, **typed}, region=region("uk"))


def test_an_australian_address_names_its_state_and_is_asked_for_no_vat_number():
    form = to_australia()
    assert form.is_valid(), form.errors
    assert form.address().state == "NSW"
    assert form.fields["state"].label == "State"
    assert ("NSW", "New South Wales") in form.fields["state"].choices
    assert "vat_number" not in form.fields


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"state": ""}, "state", "Choose the state."),
        ({"state": "CA"}, "state", "CA is not one of the available choices"),
        ({"postcode": "3000"}, "postcode", "3000 is a postcode in Victoria, but the state is New South Wales."),
        ({"state": "VIC"}, "postcode", "2000 is a postcode in New South Wales, but the state is Victoria."),
    ],
)  # fmt: skip
def test_a_state_that_is_missing_or_another_ones_is_told_at_its_field(typed, field, words):
    assert words in str(to_australia(**typed).errors[field])


@pytest.mark.parametrize(
    ("typed", "kept"), [("NSW 2000", "2000"), ("２０００", "2000"), ("2620", "2620"), ("nsw2000", "2000")]
)
def test_a_postcode_is_read_as_people_type_it_and_may_lie_in_two_states(typed, kept):
    form = to_australia(postcode=typed)
    assert form.is_valid(), form.errors
    assert form.address().postcode == kept


def test_where_one_country_of_several_has_states_only_its_addresses_need_one():
    uk = region("uk")
    Country.objects.create(region=uk, code="NZ", name="New Zealand")
    kiwi = to_australia(country="NZ", state="NSW", postcode="6011", town="Wellington")
    assert kiwi.is_valid(), kiwi.errors
    assert kiwi.address().state == ""
    assert "Choose the state." in str(to_australia(state="").errors["state"])


def test_the_shipped_shops_ask_as_before():
    assert "state" not in CheckoutForm(region=region("uk")).fields
    assert "state" not in CheckoutForm(region=region("eu")).fields
    us = CheckoutForm(region=region("us"))
    assert us.fields["state"].label == "State"
    assert len(us.fields["state"].choices) == 52
    assert "vat_number" in CheckoutForm(region=region("eu")).fields
