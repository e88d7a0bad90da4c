"""Keys of mails: a constructor for each kind, for who writes a mail and for who looks for it.

The texts stand in the database. Another spelling here would write mails anew that were written before.
"""

from datetime import date, datetime

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

PARTED = ":"
ORDER_ABOUT = "order"


def _key(kind: str, *parts) -> str:
    return PARTED.join([kind, *(str(part) for part in parts)])


def order_kind(kind: str) -> str:
    """What begins the keys of all mails of a kind, such as "paid"."""
    return _key(f"order-{kind}", "")


def order_key(kind: str, order_pk: int, about="") -> str:
    """`about`: the parcel or refund, where an order can have several mails of a kind."""
    return _key(f"order-{kind}", order_pk, *([about] if about else []))


def order_key_in_rows(kind: str, *pks) -> Concat:
    """The same inside a query. `pks`: expressions for the pk of the order and of what the mail is about."""
    parts: list[Value | Cast] = [Value(order_kind(kind))]
    for number, pk in enumerate(pks):
        parts += [Value(PARTED)] if number else []
        parts.append(Cast(pk, CharField()))
    return Concat(*parts)


def about_order(order_pk: int) -> str:
    """`Mail.about` of every mail on an order."""
    return _key(ORDER_ABOUT, order_pk)


def order_pk_in(about: str) -> int | None:
    """Of the order that `Mail.about` names."""
    kind, _, pk = about.partition(PARTED)
    return int(pk) if kind == ORDER_ABOUT and pk.isdecimal() else None


def alert_kind(kind: str) -> str:
    return _key(f"alert-{kind}", "")


def alert_key(kind: str, name: str, number: int = 0) -> str:
    """`number`: how many mails of this wish were written before."""
    return _key(f"alert-{kind}", name, *([number] if number else []))


def reminder_key(kind: str, name: str, number: int = 0) -> str:
    """Of a pack that is nearly empty. `number`: how many mails of this wish were written before."""
    return _key(f"reminder-{kind}", name, *([number] if number else []))


def basket_reminder_key(kind: str, name: str, number: int = 0) -> str:
    """Of a basket that was left behind. `number`: how many mails of this wish were written before."""
    return _key(f"basket-{kind}", name, *([number] if number else []))


def review_key(kind: str, pk: int, at: datetime | None = None) -> str:
    """Of a review or of the order that is asked for some. `at`: of the decision, since a review may be refused again."""
    return _key(f"review-{kind}", pk, *([f"{at:%Y%m%d%H%M%S%f}"] if at else []))


def newsletter_confirm_key(name: str, number: int = 0) -> str:
    """`number`: how many mails to this subscriber were written before."""
    return _key("letters-confirm", name, *([number] if number else []))


def letter_kind(letter_pk: int | None = None) -> str:
    """What begins the keys of a letter, or of all letters; proofs are not among them."""
    return _key("letter", *([] if letter_pk is None else [letter_pk]), "")


def letter_key(letter_pk: int, name: str) -> str:
    return _key("letter", letter_pk, name)


def proof_key(letter_pk: int, at: datetime) -> str:
    return _key("letter-proof", letter_pk, f"{at:%Y%m%d%H%M%S}")


def link_report_kind() -> str:
    return _key("link-report", "")


def link_report_key(at: datetime) -> str:
    """One each ISO week."""
    return _key("link-report", f"{at:%G-W%V}")


def staff_kind() -> str:
    """What begins the keys of mails to staff about their account; some hold a link that opens it."""
    return "staff_"


def staff_key(template: str, user_pk: int, about: str) -> str:
    """`template`: begins with `staff_kind()`."""
    return _key(template, user_pk, about)


def sign_in_kind() -> str:
    """What begins the keys of mails with a link that signs a shopper in."""
    return _key("account-link", "")


def sign_in_key(name: str) -> str:
    return _key("account-link", name)


def unused_account_key(account: int, day: date) -> str:
    return _key("account-unused", account, day)


def article_kind(kind: str) -> str:
    """What begins the keys of mails of a kind to colleagues about articles."""
    return _key(f"article-{kind}", "")


def article_key(kind: str, user_pk: int, about: str) -> str:
    return _key(f"article-{kind}", user_pk, about)


def article_person(user_pk: int) -> str:
    """`Mail.person` of all of them to a colleague."""
    return _key("colleague", user_pk)


def unknown_event_key(event_id: str) -> str:
    return _key("unknown-event", event_id)


def withdrawal_kind() -> str:
    """What begins the keys of all mails on withdrawals."""
    return "withdrawal-"


def withdrawal_key(kind: str, withdrawal_pk: int) -> str:
    return _key(f"{withdrawal_kind()}{kind}", withdrawal_pk)


def import_key(import_pk: int) -> str:
    """Of the mail to who brought something in, once it is done."""
    return _key("staff_import", import_pk)
