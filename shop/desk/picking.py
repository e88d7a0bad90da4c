"""Which batches the packs of orders that wait are taken from, for who picks them."""

from shop.catalogue.batches import to_pick
from shop.orders.models import Order, OrderLine


def with_batches(picks: list[dict]) -> list[dict]:
    """Rows of a pick list (`line`, `region`, `count`) with their `batches`: (batch, packs), the oldest first. One query."""
    wanted = {(row["line"].variant_id, row["region"].pk): row["count"] for row in picks}
    found = to_pick(wanted)
    return [{**row, "batches": found.get((row["line"].variant_id, row["region"].pk), [])} for row in picks]


def waiting(order: Order, lines: list[OrderLine], typed: dict) -> list[dict]:
    """Lines of a paid order with packs left to send: what stands in the forms that send or cancel them."""
    rows = [line for line in lines if line.to_send > 0 and order.is_paid]
    found = to_pick({(line.variant_id, order.region_id): line.to_send for line in rows})
    return [
        {
            "line": line,
            "send": typed.get(f"send-{line.pk}", line.to_send),
            "cancel": typed.get(f"cancel-{line.pk}", line.to_send),
            "batches": found.get((line.variant_id, order.region_id), []),
        }
        for line in rows
    ]
