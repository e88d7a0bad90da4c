"""Which tax a destination has, and when."""

from decimal import Decimal

from django.utils import timezone

from shop.regions.models import SalesTaxRate, TaxClass, VatRate, ZoneRule
from shop.regions.zones import zone_of


def vat_rate(
    country: str, postcode: str = "", tax_class: str = TaxClass.STANDARD, at=None, *, town: str = ""
) -> Decimal | None:
    """The VAT rate, in per cent, of goods sent to `country` at the time `at` (default now).

    A class without a row of its own takes the standard rate; a postal zone may have its own rates. None where nothing
    may be sold: the country has no rate at all, or the zone is not delivered to.
    """
    at = at or timezone.now()
    zone = zone_of(country, postcode, town)
    if zone and zone.rule == ZoneRule.NONE:
        return None
    rates = VatRate.objects.filter(country__code=country, valid_from__lte=at).order_by("-valid_from")
    places = [zone, None] if zone and zone.rule == ZoneRule.RATE else [None]
    for place in places:
        for wanted in dict.fromkeys([tax_class, TaxClass.STANDARD]):
            row = rates.filter(zone=place, tax_class=wanted).first()
            if row:
                return row.rate
    return None


def sales_tax_rate(state: str, at=None) -> Decimal:
    """The sales tax rate of a US state, in per cent; 0 where the seller collects none."""
    row = (
        SalesTaxRate.objects.filter(state=state, valid_from__lte=at or timezone.now())
        .order_by("-valid_from")
        .first()
    )
    return row.rate if row else Decimal(0)


def sales_tax_rates(at=None) -> dict[str, Decimal]:
    """{state: rate in per cent} of all US states in which the seller collects sales tax."""
    rows = SalesTaxRate.objects.filter(valid_from__lte=at or timezone.now()).order_by("state", "valid_from")
    newest = {row.state: row.rate for row in rows}
    return {state: rate for state, rate in newest.items() if rate}
