"""Events that no shop expects: another application's, absurd, torn. For tests of what the webhook and the reconciler do."""

import itertools
from uuid import uuid4

from django.utils import timezone

_numbers = itertools.count(1)
LONE = "\ud800"  # half a character: no UTF-8, and no text for a database


def an_event(type: str, obj, **changes) -> dict:
    return {
        "id": f"evt_foreign_{next(_numbers)}",
        "object": "event",
        "created": int(timezone.now().timestamp()),
        "livemode": False,
        "type": type,
        "data": {"object": obj},
        **changes,
    }


def a_session(**changes) -> dict:
    """A paid session of a booking application."""
    return {
        "id": f"cs_foreign_{next(_numbers)}",
        "object": "checkout.session",
        "status": "complete",
        "payment_status": "paid",
        "amount_total": 4200,
        "currency": "gbp",
        "livemode": False,
        "client_reference_id": "booking-17",
        "payment_intent": f"pi_foreign_{next(_numbers)}",
        "metadata": {},
        **changes,
    }


FOREIGN_METADATA = [
    {"payment": "booking-17"},
    {},
    None,
    [],
    ["payment"],
    "payment",
    17,
    {"payment": None},
    {"payment": 17},
    {"payment": ["a"]},
    {"payment": {"id": 1}},
    {"payment": "x" * 300},
    {"payment": "null\x00null"},
    {"payment": LONE},
    {"payment": "{12345678-1234-5678-1234-567812345678}"},
    {"payment": str(uuid4())},
    {"payment": str(uuid4()), "order": "booking-17"},
    {"payment": "booking-17", "order": "S100001"},
    {"payment": "00000000-0000-0000-0000-00000000000g", "order": "S100001"},
    {"order": "S100001"},
]


def foreign_objects() -> list[tuple[str, object]]:
    """(type, object) of what other applications on the same account do."""
    intent = {"payment_intent": "pi_foreign_0"}
    found = [
        (f"checkout.session.{what}", a_session(metadata=metadata))
        for what in ("completed", "expired", "async_payment_succeeded", "async_payment_failed")
        for metadata in FOREIGN_METADATA
    ]
    found += [
        ("checkout.session.completed", a_session(mode="subscription", payment_intent=None)),
        ("checkout.session.completed", a_session(id="x" * 300)),
        ("checkout.session.completed", a_session(id=None)),
        ("checkout.session.completed", {"object": "checkout.session"}),
    ]
    for metadata in FOREIGN_METADATA:
        found.append(("payment_intent.payment_failed", {"id": "pi_foreign_0", "metadata": metadata}))
        refund = {"id": "re_foreign_0", "amount": 100, "status": "succeeded", "metadata": metadata}
        found += [("refund.created", {**refund, **intent}), ("refund.failed", refund)]
        found.append(("charge.refunded", {"id": "ch_foreign_0", "metadata": metadata, **intent}))
    for name in ("pi_foreign_0", None, "", 17, ["pi"], {"id": "pi"}, "x" * 300, "pi\x00", LONE):
        for kind in ("refund.created", "refund.updated", "charge.dispute.created", "charge.dispute.closed"):
            found.append((kind, {"id": "re_foreign_0", "amount": 100, "payment_intent": name}))
    return found


def cannot_be_read() -> list[dict]:
    """Signed events in which Stripe would say what it never says."""
    session = a_session()
    return [
        *[
            an_event("checkout.session.completed", session, livemode=value)
            for value in (None, "false", 0, [], {})
        ],
        *[
            an_event("checkout.session.completed", session, created=value)
            for value in (
                -1,
                0,
                -(10**20),
                10**11,
                10**30,
                1.5,
                float("inf"),
                "1700000000",
                None,
                [],
                True,
            )
        ],
        *[
            an_event("checkout.session.completed", session, data=value)
            for value in (None, [], "data", {}, {"object": None}, {"object": []}, {"object": "cs_1"})
        ],
        {"id": "evt_bare", "type": "checkout.session.completed"},
    ]


def odd_but_ours_to_pass() -> list[dict]:
    """Events with an odd envelope of a type that does nothing here."""
    return [
        an_event("customer.created", {"id": "cus_1"}, id="x" * 300),
        an_event("customer.created", {"id": "cus_1"}, id="evt\x00"),
        an_event("customer.created", {"id": "cus_1"}, id=LONE),
        an_event("x" * 300, {}),
        an_event("type\x00", {}),
        an_event("customer.created", {"name\x00": f"a\x00b{LONE}", "deep": [{"a": LONE}]}),
        an_event("customer.created", {"amount": 10**40, "share": float("inf")}),
        {  # Stripe's thin events have neither data nor livemode, and another form of time
            "id": "evt_thin",
            "object": "v2.core.event",
            "type": "v1.billing.meter.error_report_triggered",
            "created": "2026-11-26T16:00:00.000Z",
            "related_object": {"id": "mtr_1", "type": "billing.meter"},
        },
        an_event("customer.created", {"id": "cus_1"}, livemode=None, created=None, data=None),
    ]
