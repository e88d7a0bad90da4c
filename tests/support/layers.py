"""Which app may point to which: down this list only."""

LAYERS = ["money", "content sweeps", "outbox pictures", "regions", "claims", "pages", "catalogue", "attribution", "alerts", "codes", "basket orders", "payments",
          "invoices", "withdrawal", "reminders", "reviews", "checkout", "desk", "articles", "search letters site forwarding", "accounts"]  # fmt: skip


def layer(label: str) -> int:
    return next(number for number, labels in enumerate(LAYERS) if label in labels.split())
