"""Which passwords are refused, without asking anybody outside."""

import re
from functools import cache

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

LOOKS_LIKE = str.maketrans("013457@$!|", "oleastasil")
ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
)
LEFT_OVER = 6  # what has to remain of a password beside known words
FEWEST = 5  # different characters


@cache
def common() -> frozenset[str]:
    """Passwords that leaked most often; Django ships the list."""
    return frozenset(CommonPasswordValidator().passwords)


@cache
def _neighbours() -> frozenset[str]:
    found = {row[at : at + 2] for row in ROWS for at in range(len(row) - 1)}
    return frozenset(found | {pair[::-1] for pair in found} | {"90", "09", "01", "10"})


class NotTrivial:
    """Refuses what guessers try first: leaked passwords with figures hung on, runs of the keyboard, own names."""

    def validate(self, password, user=None):
        if why := self._why(password, user):
            raise ValidationError(why, code="password_trivial")

    def get_help_text(self):
        return "Not a password that many use, with figures added; not your name, nor the shop’s. Four unrelated words do well."

    def _why(self, password: str, user) -> str:
        plain = password.casefold()
        if len(set(plain)) < FEWEST:
            return "This password repeats itself."
        pairs = [plain[at : at + 2] for at in range(len(plain) - 1)]
        if 2 * sum(pair in _neighbours() or pair[0] == pair[1] for pair in pairs) > len(pairs):
            return "This password follows the keyboard or counts on."
        if self._has_own_names(plain, user):
            return "This password is mostly a name that guessers know."
        if any(self._is_common(text) for text in {plain, plain.translate(LOOKS_LIKE)}):
            return "This password is one that many people use, with a little added."
        return ""

    def _has_own_names(self, plain: str, user) -> bool:
        names = [settings.BRAND, "magnesium", "password", "passwort", "admin"]
        for field in ("username", "first_name", "last_name", "email"):
            names.append(getattr(user, field, "") or "")
        for name in names:
            bare = name.casefold().partition("@")[0]
            if len(bare) >= 4 and bare in plain and len(plain.replace(bare, "")) < LEFT_OVER:
                return True
        return False

    def _is_common(self, text: str) -> bool:
        halves = text[: len(text) // 2], text[len(text) // 2 :]
        cores = {
            text,
            re.sub(r"[^a-z]", "", text),
            re.sub(r"[\W\d_]+$", "", text),
            re.sub(r"^[\W\d_]+", "", text),
        }
        if halves[0] == halves[1]:
            cores.add(halves[0])
        return any(core in common() and len(text) - len(core) < LEFT_OVER + 2 for core in cores if core)
