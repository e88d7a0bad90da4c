"""A rate that has begun stays as it was, whoever looks at its form."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from shop.regions.models import Country, SalesTaxRate, VatRate
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


def rates(begins):
    now = timezone.now()
    return [
        VatRate.objects.create(country=Country.objects.get(code="FR"), rate="19", valid_from=now + begins),
        SalesTaxRate.objects.create(state="TX", rate="5", valid_from=now + begins),
    ]


def path_of(row, page) -> str:
    return f"/admin/regions/{row._meta.model_name}/{row.pk}/{page}/"


@pytest.mark.parametrize("ago", [timedelta(seconds=1), timedelta(days=1), timedelta(days=4000)])
def test_what_has_begun_is_neither_changed_nor_deleted(ago):
    owner = signed_in()
    for row in rates(-ago):
        later = (timezone.now() + timedelta(days=9)).date().isoformat()
        sent = {
            "rate": "1",
            "valid_from_0": later,
            "valid_from_1": "00:00",
            "state": "TX",
            "tax_class": "standard",
        }
        assert owner.post(path_of(row, "change"), sent).status_code == 403
        assert owner.post(path_of(row, "delete"), {"post": "yes"}).status_code == 403
        listing = f"/admin/regions/{row._meta.model_name}/"
        owner.post(listing, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        before = row.rate
        row.refresh_from_db()
        assert row.rate == Decimal(before)


def test_what_begins_later_can_be_corrected():
    owner = signed_in()
    for row in rates(timedelta(days=30)):
        sent = fields_of(owner.get(path_of(row, "change")).content.decode())
        assert (
            owner.post(
                path_of(row, "change"), {**sent, "rate": "7", "source": "The tax office’s list"}
            ).status_code
            == 302
        )
        row.refresh_from_db()
        assert row.rate == 7
        assert owner.post(path_of(row, "delete"), {"post": "yes"}).status_code == 302
