"""VAT rates as a test wants them: the database itself refuses to change all that have begun."""

from collections.abc import Iterator
from contextlib import contextmanager

from shop.regions.models import VatRate
from shop.regions.rate_triggers import drop, install


@contextmanager
def rates_unguarded() -> Iterator[None]:
    """While what has begun can be changed. Only within a test, which is rolled back."""
    drop()
    yield
    install()


def take_rates_away(**which) -> None:
    """Of the rows that `which` names. Only within a test, which is rolled back."""
    with rates_unguarded():
        VatRate.objects.filter(**which).delete()
