"""Money is an integer in the currency's minor unit. Only this module knows exponents and formatting."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision


def exponent(currency: str) -> int:
    """Digits after the point: 2 for GBP, 0 for JPY (Unicode CLDR, through Babel)."""
    return get_currency_precision(currency)


def to_minor(text: str, currency: str) -> int:
    """Minor units of a decimal string: to_minor("14.99", "GBP") == 1499.

    Raises ValueError when it is no number or has more digits than the currency.
    """
    try:
        minor = Decimal(text).scaleb(exponent(currency))
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount of money")
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise ValueError(f"{text!r} has more digits than {currency} has")
    return int(minor)


def to_decimal(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-exponent(currency))


@lru_cache(10_000)
def format_money(minor: int, currency: str, locale: str) -> str:
    """As people of `locale` write it: format_money(1499, "GBP", "en_GB") == "£14.99"."""
    return format_currency(to_decimal(minor, currency), currency, locale=locale)


def round_half_up(value: Decimal) -> int:
    """The nearest integer, halves away from zero: the rounding of VAT (domain rule: per order line)."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def net_of(gross: int, rate: Decimal) -> int:
    """The net part of a gross amount, both in minor units; `rate` in per cent, such as Decimal("25.5")."""
    return round_half_up(Decimal(gross) * 100 / (100 + rate))


def tax_on(net: int, rate: Decimal) -> int:
    """Tax that comes on top of a net amount, in minor units; `rate` in per cent."""
    return round_half_up(Decimal(net) * rate / 100)
