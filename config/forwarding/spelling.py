"""One spelling of an address that readers may still come by, wherever it was written down."""

import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

LONGEST = 400  # signs
# What campaigns and click counters hang on: it is no part of where a page stood.
TRACKING = re.compile(r"utm_\w+|gclid|gbraid|wbraid|fbclid|msclkid|mc_cid|mc_eid|ref|_pos|_sid|_ss|pr_\w+")
EXTENSIONS = {"html", "htm", "php", "aspx", "atom", "rss", "pdf"}
SECRET = re.compile(r"@|\d{6}|%")  # in what a reader typed: an address of mail, an order, a telephone


class BadAddress(ValueError):
    """The message says what is wrong, for staff."""


def old_address(text: str) -> str:
    """The path that `text` names, with its query where it has one: `/products/night-cream?variant=2`.

    A whole address gives its path, whatever its host. Percent codes are read, letters are small, the slash at the end, the
    fragment and what campaigns add go. Raises BadAddress.
    """
    text = text.strip()
    if not text:
        raise BadAddress("There is no address.")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise BadAddress(f"“{text[:80]}” can’t be read as an address.") from error
    if parts.scheme and parts.scheme.lower() not in {"http", "https"}:
        raise BadAddress(f"“{text[:80]}” is no address of a web page.")
    path = parts.path or "/"
    if not path.startswith("/"):
        raise BadAddress(f"“{text[:80]}” has to begin with “/”, or with “https://”.")
    return key_of(path, parts.query)


def key_of(path: str, query: str = "") -> str:
    """As `old_address`, of a path and a query that a request came with. Raises BadAddress where it is too long."""
    plain = re.sub(r"/{2,}", "/", _plain(unquote(path)))
    plain = plain.rstrip("/") or "/"
    pairs = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not TRACKING.fullmatch(name.lower())
    ]
    kept = _plain(urlencode(sorted(pairs)))
    key = f"{plain}?{kept}" if kept else plain
    if len(key) > LONGEST:
        raise BadAddress(f"An address may have {LONGEST} signs; this one has {len(key)}.")
    if re.search(r"[\x00-\x20\x7f\ufffd]", key.replace(" ", "-")):
        raise BadAddress("The address has characters that no address can have.")
    return key


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()


def may_be_kept(path: str) -> bool:
    """Whether a path that was not found may be written down: the name of a page, and nothing that could be of a person.

    Not what scanners try, nor anything with a mail address, a long number or what looks like a secret.
    """
    parts = [part for part in path.split("/") if part]
    if not parts or len(path) > 200 or SECRET.search(path) or any(part.startswith(".") for part in parts):
        return False
    _, dot, extension = parts[-1].rpartition(".")
    if dot and extension.lower() not in EXTENSIONS:
        return False
    return not any(_looks_secret(part) for part in parts)


def _looks_secret(part: str) -> bool:
    """Letters and digits mixed in one long word, as tokens are and names of pages are not."""
    words = re.split(r"[-_.+ ]", part)
    mixed = re.compile(r"(?=.*\d)(?=.*[a-z]).{12,}", re.IGNORECASE)
    return len(part) > 120 or any(mixed.fullmatch(word) for word in words)
