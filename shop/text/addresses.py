"""Addresses in texts: of mail, where the text outlives what it is about; and of the web, as somebody typed them."""

import re
from urllib.parse import SplitResult, urlsplit

ADDRESS = re.compile(r"(?<![^\s<>\"'(){},:;])[^\s<>\"'(){},:;]+@[^\s<>\"'(){},:;]+")


def without_addresses(text: str) -> str:
    """The text without mail addresses: for logs, and for rows that are kept longer than whom they are about."""
    return ADDRESS.sub("…", text)


def parts_of(url: str) -> SplitResult:
    """The parts of an address; of what is none, such as “http://[x”, which Python refuses to read, all are empty."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")
