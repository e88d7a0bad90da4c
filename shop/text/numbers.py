"""Numbers and money as people type them. One reading or none: what could mean two things is refused in words.

Two ways to write a thousand and a half are read: 1,000.50 and 1.000,50; blanks and apostrophes may part the thousands
too. Where both could be meant, `mark` says which one is at home; without one, nobody guesses.
"""

import re
import unicodedata
from decimal import Decimal

from babel.numbers import get_currency_symbol, list_currencies

from shop.money import exponent, to_minor

MAX_LENGTH = 40
EITHER_MARK = {"EUR"}  # Ireland writes 1,000.50; Italy, Germany and most others 1.000,50
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
_WIDE = {0xFF01 + n: 0x21 + n for n in range(94)} | {0xFFE0: "¢", 0xFFE1: "£", 0xFFE5: "¥"}
_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ`´′"), "'")
_PARTS = re.compile(r"([^0-9.,']*)([0-9.,' ]*[0-9.,'])([^0-9.,']*)")


class Unreadable(ValueError):
    """What was typed is no number, or could be two; the text says what to type instead, in words for a form."""


def _plain(text) -> str:
    """With blanks, apostrophes and full-width characters in one spelling; other scripts' digits stay as they are."""
    text = str(text).translate(_UNSEEN).translate(_WIDE).translate(_APOSTROPHES)
    return re.sub(r"\s+", " ", "".join(" " if unicodedata.category(c) == "Zs" else c for c in text)).strip()


def _shown(text) -> str:
    text = str(text).strip()
    return f"“{text[:20]}…”" if len(text) > 20 else f"“{text}”"


def _read_with(digits: str, mark: str) -> Decimal | None:
    """The number where `mark` stands before the fraction; None if it is not well written so."""
    groups = "[, ']" if mark == "." else "[. ']"
    found = re.fullmatch(
        rf"(?P<whole>[0-9]+|[1-9][0-9]{{0,2}}(?P<part>{groups})[0-9]{{3}}(?:(?P=part)[0-9]{{3}})*)?"
        rf"(?:{re.escape(mark)}(?P<fraction>[0-9]+))?",
        digits,
    )
    if found is None or not (found["whole"] or found["fraction"]):
        return None
    return Decimal(f"{re.sub('[^0-9]', '', found['whole'] or '0')}.{found['fraction'] or ''}")


def _places(value: Decimal) -> int:
    return max(0, -int(value.as_tuple().exponent))


def _example(places: int) -> str:
    return "14.99" if places == 2 else "20.5" if places else "12"


def read_number(text, *, places: int, mark: str | None = ".", units=(), noun="number") -> Decimal:
    """The number in `text`, with at most `places` digits after the mark. Raises Unreadable.

    `mark`: "." or "," where readers are at home with it, None where both are. `units`: words that may stand before
    or behind it, such as "%".
    """
    plain = _plain(text)
    if any(c.isdigit() and c not in "0123456789" for c in plain):
        raise Unreadable(f"{_shown(text)} has digits that are not read here. Type it with the digits 0 to 9.")
    if any(c in "+−" or unicodedata.category(c) == "Pd" for c in plain):
        raise Unreadable(
            f"{_shown(text)} has a sign. Type the {noun} without one, such as {_example(places)}."
        )
    found = _PARTS.fullmatch(plain) if len(plain) <= MAX_LENGTH else None
    around = [part.strip().upper() for part in (found[1], found[3]) if part.strip()] if found else []
    digits = found[2].strip() if found and len(around) < 2 and {*around} <= {*units} else ""
    point, comma = _read_with(digits, "."), _read_with(digits, ",")
    ways = {value for value in (point, comma) if value is not None}
    if not ways:
        raise Unreadable(f"{_shown(text)} is no {noun} that can be read. Type it such as {_example(places)}.")
    home = point if mark == "." else comma if mark == "," else None
    value = home if home is not None else max(ways)
    if len(ways) > 1 and (home is None or _places(value) > places):
        raise Unreadable(f"{_shown(text)} can mean two things. Type {_meanings(ways, places)}.")
    if _places(value) > places:
        most = (
            f"at most {places} digit{'s' if places > 1 else ''} after the mark"
            if places
            else "a whole number"
        )
        raise Unreadable(f"{_shown(text)} has too many digits: type {most}, such as {_example(places)}.")
    return value


def _meanings(ways: set[Decimal], places: int) -> str:
    """All that was possibly meant, each written so that it means one thing only."""
    exact = [value for value in sorted(ways, reverse=True) if value == round(value, places)]
    meanings = " or ".join(f"{value:.{places}f}" for value in exact)
    if len(exact) == len(ways):
        return f"{meanings} instead"
    rest = f"at most {places} digit{'s' if places > 1 else ''} after the mark" if places else "no mark at all"
    return f"{meanings} if that is meant; otherwise {rest}, such as {_example(places)}"


def read_whole(text, *, mark: str | None = ".", units=(), noun="number") -> int:
    """A whole number that is not negative. Raises Unreadable."""
    return int(read_number(text, places=0, mark=mark, units=units, noun=noun))


def whole_or_none(text, digits: int = 17) -> int | None:
    """A key or a page from an address or a hidden field: plain digits 0 to 9, or None. Never raises."""
    text = str(text or "")
    return int(text) if re.fullmatch(rf"[0-9]{{1,{digits}}}", text) else None


def amount_or_none(text) -> int | None:
    """Minor units that a hidden field of ours carries; None for what no amount column holds. Never raises."""
    return whole_or_none(text, digits=10)


def mark_of(currency: str) -> str | None:
    """The decimal mark where amounts of `currency` are typed; None where people use both."""
    return None if currency in EITHER_MARK else "."


def read_money(text, currency: str) -> int:
    """Minor units of an amount, with or without its currency's sign or code before or behind it. Raises Unreadable."""
    own = {currency, *(get_currency_symbol(currency, locale) for locale in ("en", "en_US", "en_GB", "en_IE"))}
    plain = _plain(text)
    foreign = re.sub(r"[0-9.,' ]", "", plain).upper()
    for sign in sorted(own, key=len, reverse=True):
        foreign = foreign.replace(sign, "")
    if any(unicodedata.category(c) == "Sc" for c in foreign) or (
        foreign in list_currencies() and any(c.isdigit() for c in plain)  # “all” and “try” are words, too
    ):
        raise Unreadable(
            f"{_shown(text)} names another currency. Type the amount in {currency}, such as 14.99."
        )
    value = read_number(text, places=exponent(currency), mark=mark_of(currency), units=own, noun="amount")
    return to_minor(str(value), currency)
