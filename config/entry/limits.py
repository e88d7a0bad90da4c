"""Who may try a password or a code once more.

Wrong ones are counted in the database (`shop.content.throttle`): by network, and by account as far as the device is
unknown. A device that somebody has signed in with before counts by itself, for that account alone: guesses made
elsewhere can't keep its owner out. A right one is not counted.
"""

from dataclasses import dataclass

from shop.content.throttle import address_of, forgive, is_spent, too_often

QUARTER = 15 * 60
BY_DEVICE, BY_ACCOUNT, BY_NETWORK, CODES = 10, 20, 30, 10
MAILS_BY_NETWORK, MAILS_BY_ACCOUNT, HOUR = 10, 3, 3600


@dataclass(frozen=True)
class Tries:
    """The counters of one try."""

    counters: tuple[tuple[str, str, int], ...]

    def may(self) -> bool:
        """Asks first, so that whoever is over a limit makes the shop write nothing."""
        if self.are_spent():
            return False
        over = [too_often(name, who, most=most, seconds=QUARTER) for name, who, most in self.counters]
        return not any(over)

    def are_spent(self) -> bool:
        return any(is_spent(name, who, most=most) for name, who, most in self.counters)

    def forgive(self) -> None:
        for name, who, _ in self.counters:
            forgive(name, who)


def of_password(request, username: str, device) -> Tries:
    if device is not None:
        return Tries((("sign-in by device", f"{device.pk}", BY_DEVICE),))
    return Tries(
        (
            ("sign-in by network", address_of(request), BY_NETWORK),
            ("sign-in by account", username.casefold(), BY_ACCOUNT),
        )
    )


def of_code(user) -> Tries:
    """Codes of a second factor: only who has the password gets so far."""
    return Tries((("second factor", f"{user.pk}", CODES),))


def may_mail(request, user) -> bool:
    """Whether one more mail about a forgotten password is written."""
    by_network = too_often("reset by network", address_of(request), most=MAILS_BY_NETWORK, seconds=HOUR)
    return not (
        by_network or too_often("reset by account", f"{user.pk}", most=MAILS_BY_ACCOUNT, seconds=HOUR)
    )
