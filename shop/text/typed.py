"""What people type and paste, as they mean it: without the characters that nobody sees.

Copied text brings them along: zero-width blanks, byte order marks, soft hyphens, marks of writing direction,
no-break blanks. Unicode names them: categories Cf and Cc, and the few blank-looking letters below.
"""

import re
import unicodedata

from django import forms
from django.core.validators import EmailValidator, RegexValidator

# Letters and signs that are drawn as nothing: combining grapheme joiner, Hangul and Khmer fillers, variation selectors.
FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
BLANKS = re.compile("[\\s\u2800]+")
# Dashes of category Pd, and what stands in for one: minus signs, hyphen bullet, box and kana lines.
DASHES = re.compile("[\u2212\u2043\u02d7\u2500\u2501\u30fc\uff70\u207b\u208b\u2796]")
# European letters, which need no joiners and no marks of direction: Latin to Armenian; Latin and Greek with more accents.
EUROPEAN = re.compile("[\u0000-\u058f\u1e00-\u1fff]")
JOINERS = "\u200c\u200d"  # they shape Persian and Indic names, between two letters


NO_CONTROLS = RegexValidator(
    r"[\x00-\x1f\x7f]", "Please leave out line breaks and control characters.", inverse_match=True
)

# What programs for mail make a link of: two words with a stop and no blank between them, since any word may be an ending by
# now. “St. John” and “J.R.” are names, and so is “St.John” behind one of these; not even they before one of ENDINGS.
STOPS = re.compile("[\u3002\uff61\uff0e\u2024\ufe52]")
ENDINGS = [
    "com", "net", "org", "info", "biz", "name", "pro", "io", "co", "me", "app", "dev", "ai", "xyz", "top", "club",
    "live", "link", "click", "online", "site", "website", "shop", "store", "icu", "vip", "win", "bid", "loan", "work",
    "buzz", "space", "fun", "host", "page", "blog", "cloud", "tech", "ru", "cn", "uk", "de", "fr", "us", "eu", "nl",
    "pl", "es", "it", "ch", "at", "be", "se", "jp", "kr", "in", "br", "au", "ca", "tk", "ml", "ga", "cf", "gq", "ly",
    "gl", "gg", "gd", "is", "cc", "tv", "ws", "su", "to", "vu",
]  # fmt: skip
ABBREVIATIONS = [
    "mr", "mrs", "ms", "mx", "dr", "prof", "rev", "sr", "jr", "st", "ste", "sta", "sto", "apt", "no", "nr", "rd", "ave", "av",
    "bd", "bld", "bldg", "blvd", "str", "flat", "fl", "unit", "hr", "fr", "frau", "herr", "ing", "mgr", "dipl", "sra", "dra",
    "ul", "al", "os", "pl", "nám", "tř", "św", "im", "gen", "ks", "via", "vle", "pza", "calle", "avda", "rue", "van", "von",
]  # fmt: skip
LINK = re.compile(
    rf"://|\bwww\.|[<>@\\]|\[[^\[\]]*\]\(|\bhttps?\b|\bmailto:|\w\.[^\W\d_]{{2,}}/|\w\.xn--|(?<![\w-])[\w-]{{2,}}\.(?:{'|'.join(ENDINGS)})(?!\w|\.\w)"
    rf"|(?<![\w-])(?!(?:{'|'.join(ABBREVIATIONS)})\.)[\w-]{{2,}}\.[^\W\d_]{{2,}}",
    re.IGNORECASE,
)


def has_link(text: str) -> bool:
    """Whether a program that shows mails could make a link of it, in letters and stops of any width."""
    plain = unicodedata.normalize("NFKC", STOPS.sub(".", without_invisible(text)))
    return LINK.search(plain) is not None


def no_links(text: str) -> None:
    """A validator for names and addresses, which stand in mails: to an address that somebody else may have typed."""
    if has_link(text):
        words = (
            "Please leave out links and addresses of the web and of mail. After a full stop, type a blank."
        )
        raise forms.ValidationError(words, code="link")


def without_invisible(text: str, *, joiners: bool = False) -> str:
    """Without characters that nobody sees; runs of any blanks become one, and none is left at the ends.

    `joiners`: keep the two that shape letters of some scripts where they stand between letters, as in names.
    Tabs and line breaks count as blanks; other control characters stay, so that a form can refuse them in words.
    """
    text = BLANKS.sub(" ", FILLERS.sub("", text))
    if not text.isascii():
        text = "".join(
            sign
            for place, sign in enumerate(text)
            if unicodedata.category(sign) != "Cf"
            or (
                joiners
                and sign in JOINERS
                and text[place - 1 : place].isalpha()
                and text[place + 1 :][:1].isalpha()
            )
        )
    return BLANKS.sub(" ", text).strip()


def one_spelling(text: str) -> str:
    """As `without_invisible`, in one spelling: ASCII digits and hyphens, letters of full width made plain.

    For what is compared and never shown as prose: postcodes, codes, addresses of mails.
    """
    text = without_invisible(text)
    if text.isascii():
        return text
    text = DASHES.sub("-", unicodedata.normalize("NFKC", text))
    return without_invisible("".join(_plain(sign) for sign in text))


def _plain(sign: str) -> str:
    if sign.isascii():
        return sign
    if unicodedata.category(sign) == "Pd":
        return "-"
    digit = unicodedata.decimal(sign, None)
    return sign if digit is None else str(digit)


def typed_code(text: str) -> str:
    """A discount code, an SKU or an order number as it is stored: capital letters without any blank."""
    return one_spelling(text).upper().replace(" ", "")


def typed_mail(text: str) -> str:
    """An e-mail address without what copying brought along. A blank in its middle stays: it is a mistake that is shown."""
    return one_spelling(re.sub(r"[^\S ]|\u2800", "", text))


def without_format(text: str) -> str:
    """Text in European letters without characters of category Cf and fillers; blanks stay as they are.

    In other scripts, and between the parts of an emoji, joiners and marks of direction mean something: then all stay.
    """
    if text.isascii():
        return text
    short = "".join(sign for sign in FILLERS.sub("", text) if unicodedata.category(sign) != "Cf")
    others = EUROPEAN.sub("", short)
    return text if any(unicodedata.category(sign) == "So" or sign.isalnum() for sign in others) else short


class LineField(forms.CharField):
    """One line of prose: a name, a street, a town."""

    def to_python(self, value):
        return super().to_python(
            value if value in self.empty_values else without_invisible(str(value), joiners=True)
        )


class CodeField(forms.CharField):
    """A postcode or a code: one spelling, blanks and case as typed."""

    def to_python(self, value):
        return super().to_python(value if value in self.empty_values else one_spelling(str(value)))


class AddressAnywhere(EmailValidator):
    """An address on the internet: no IP address or name of our own network behind the @, where a mail server would ask for it."""

    def __init__(self):
        super().__init__(allowlist=[])

    def validate_domain_part(self, domain_part):
        ending = domain_part.rpartition(".")[2]
        return not ending.isdigit() and "[" not in domain_part and super().validate_domain_part(domain_part)


address_anywhere = AddressAnywhere()


class MailField(forms.EmailField):
    """An e-mail address."""

    default_validators = [address_anywhere]

    def to_python(self, value):
        return super().to_python(value if value in self.empty_values else typed_mail(str(value)))
