"""VAT rates that a test takes away: the database itself refuses that for all that have begun."""

from shop.regions.models import VatRate
from shop.regions.rate_triggers import drop, install


def take_rates_away(**which) -> None:
    """Of the rows that `which` names. Only within a test, which is rolled back."""
    drop()
    VatRate.objects.filter(**which).delete()
    install()
