"""Mail addresses in texts that outlive what they are about."""

import re

ADDRESS = re.compile(r"[^\s<>\"'(){},:;]+@[^\s<>\"'(){},:;]+")


def without_addresses(text: str) -> str:
    """The text without mail addresses: for logs, and for rows that are kept longer than whom they are about."""
    return ADDRESS.sub("…", text)
