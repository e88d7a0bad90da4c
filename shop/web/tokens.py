"""Tokens of addresses that only those know who were given them."""

import secrets

SECRETS = {"token", "proof", "session_id"}  # parts of an address that open what they name


def new_token() -> str:
    """192 bits that nobody guesses, as 32 letters of an address."""
    return secrets.token_urlsafe(24)


def long_token() -> str:
    """What the first migration of preview links names."""
    return secrets.token_urlsafe(32)
