"""Which pages there are. Their addresses stay; what stands on them is data."""

HOME = "home"
PAGES = {
    "delivery": "Delivery",
    "returns": "Returns and cancelling",
    "reviews": "How reviews are checked",
    "terms": "Terms of sale",
    "privacy": "Privacy",
    "cookies": "Cookies",
    "safety": "Before you buy: a private check",
    "contact": "Contact and imprint",
    "accessibility": "Accessibility",
}
"""Pages below /help/ by the last part of their address, in the order of their menu, with the names they have there."""
HELP = "help"
EVERY = {HOME: "Home", HELP: "Help", **PAGES}


def scope_of(code: str, page: str) -> str:
    """What a region's page of its own words shows (shop.content.scopes)."""
    return f"page {code} {page}"
