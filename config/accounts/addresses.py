"""Addresses that an account keeps: typed by its owner or taken from an order, offered at the checkout, deleted by one press."""

from typing import Any

from crispy_forms.layout import HTML
from django.db import transaction
from django.utils.translation import gettext as _

from config.accounts.models import Account, SavedAddress
from shop.basket.session import CHECKOUT
from shop.checkout.back import about
from shop.checkout.forms import CheckoutForm
from shop.orders.models import Order
from shop.regions.models import Region
from shop.web.answers import A_DAY, keep, kept_for

MOST = 10  # of an account
COLUMNS = ("name", "line1", "line2", "town", "state", "postcode", "country")


class TooMany(Exception):
    """The account keeps as many as it may."""


class AddressForm(CheckoutForm):
    """As at the checkout, and checked as there, in one region's countries."""

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, region=region, **kwargs)
        del self.fields["email"]
        self.fields.pop("vat_number", None)
        own = [(row.code, row.translated.name) for row in region.countries.all()]
        self._choice("country").choices = own if len(own) == 1 else [("", _("Choose a country")), *own]
        layout = self.helper.layout
        layout.fields = [
            one for one in layout.fields if one not in ("email", "vat_number") and not isinstance(one, HTML)
        ]

    @property
    def columns(self) -> dict[str, str]:
        address = self.address()
        return {name: getattr(address, name) for name in COLUMNS}


def addresses_of(account: Account, region: Region | None = None) -> list[SavedAddress]:
    """The default first; with a region those that it delivers to."""
    rows = account.addresses.all()
    return list(rows.filter(country__in=region.country_codes) if region else rows)


@transaction.atomic
def save(account: Account, columns: dict[str, str], pk: int = 0) -> SavedAddress:
    """A new one, or the one of this number; the first is the default. The same address twice is kept once. Raises TooMany."""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    rows = account.addresses
    if same := rows.filter(**columns).exclude(pk=pk).first():
        rows.filter(pk=pk, is_default=False).delete()
        return same
    if row := rows.filter(pk=pk).first():
        for name, value in columns.items():
            setattr(row, name, value)
        row.save(update_fields=COLUMNS)
        return row
    if rows.count() >= MOST:
        raise TooMany
    return rows.create(**columns, is_default=not rows.filter(is_default=True).exists())


@transaction.atomic
def make_default(account: Account, pk: int) -> bool:
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if not account.addresses.filter(pk=pk).exists():
        return False
    account.addresses.filter(is_default=True).exclude(pk=pk).update(is_default=False)
    account.addresses.filter(pk=pk).update(is_default=True)
    return True


@transaction.atomic
def delete(account: Account, pk: int) -> bool:
    """Of the rest the oldest is the default then."""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    gone = account.addresses.filter(pk=pk).delete()[0]
    first = account.addresses.first()
    if first is not None and not first.is_default:
        account.addresses.filter(pk=first.pk).update(is_default=True)
    return bool(gone)


def of_order(order: Order) -> dict[str, str]:
    return {name: getattr(order, name) for name in COLUMNS}


def use(request, account: Account, pk: int) -> bool:
    """Put it into the checkout of this visit, as if it had been typed there; what else was typed stays."""
    row = account.addresses.filter(pk=pk, country__in=request.region.country_codes).first()
    if row is None:
        return False
    typed = kept_for(request, CHECKOUT).get("typed", {})
    typed = {"email": account.email, **{name: value for name, value in typed.items() if value}}
    typed.pop("postcode_is_right", None)
    typed |= {name: getattr(row, name) for name in COLUMNS}
    keep(request, CHECKOUT, A_DAY, typed=typed, checked_in="", notice="", about=about(request))
    return True
