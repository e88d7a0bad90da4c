"""Which pages there are. Their addresses stay; what stands on them is data."""

from django.utils.translation import gettext_lazy as _

HOME = "home"
PAGES = {
    "delivery": _("Delivery"),
    "returns": _("Returns and cancelling"),
    "reviews": _("How reviews are checked"),
    "terms": _("Terms of sale"),
    "privacy": _("Privacy"),
    "cookies": _("Cookies"),
    "safety": _("Before you buy: a private check"),
    "contact": _("Contact and imprint"),
    "accessibility": _("Accessibility"),
}
"""Pages below /help/ by the last part of their address, in the order of their menu, with the names they have there."""
HELP = "help"
EVERY = {HOME: _("Home"), HELP: _("Help"), **PAGES}


def scope_of(code: str, page: str) -> str:
    """What a region's page of its own words shows (shop.content.scopes)."""
    return f"page {code} {page}"
