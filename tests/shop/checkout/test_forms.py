"""The checkout's form, where the pages' tests don't reach."""

import pytest

from shop.checkout.forms import CheckoutForm
from shop.regions.models import Region
from tests.support.factories import region

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("country", ["US", "DE", "FR"])
def test_a_country_whose_region_closes_meanwhile_is_refused_at_its_field(country, monkeypatch):
    form = CheckoutForm({"country": country}, region=region("uk"))
    monkeypatch.setattr(Region, "of_country", lambda code: None)
    assert "can’t deliver there" in form.errors["country"][0]


@pytest.mark.parametrize("field", ["name", "line1", "line2", "town"])
def test_no_part_of_an_address_carries_a_link_into_a_mail(field):
    form = CheckoutForm({"country": "GB", field: "Claim it at evil.com"}, region=region("uk"))
    assert "leave out links" in form.errors[field][0]
    honest = CheckoutForm({"country": "GB", field: "St. John’s Wood"}, region=region("uk"))
    assert field not in honest.errors
