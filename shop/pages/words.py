"""Words of pages as staff type them, and as readers get them: a little Markdown, with names that are filled from data."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it import MarkdownIt

from shop.pages.names import HELP, PAGES
from shop.regions.models import Region, Seller
from shop.regions.spelling import spelled

TAG = re.compile(r"(<[^>]*>)")
NAME = re.compile(r"\{([^{}\n]{1,40})\}")


def _link(url: str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, words)


def _page_link(page: str) -> Callable[[Region, Seller | None], str]:
    def link(region, seller):
        return _link(
            reverse("help", kwargs={"region": region.code, "page": page}), spelled(PAGES[page], region)
        )

    return link


def _of_seller(name: str) -> Callable[[Region, Seller | None], str]:
    return lambda region, seller: getattr(seller, name) if seller else ""


def _withdrawal_form(region, seller) -> str:
    words = region.legal.withdraw_here
    return _link(reverse("withdrawal:ask", kwargs={"region": region.code}), words) if words else ""


def _email(region, seller) -> str:
    return _link(f"mailto:{seller.email}", seller.email) if seller else ""


Fact = tuple[str, Callable[[Region, Seller | None], str]]
FACTS: dict[str, Fact] = {
    "seller_name": ("the seller’s legal name", _of_seller("legal_name")),
    "seller_address": ("its address in one line", _of_seller("address_line")),
    "seller_email": ("its e-mail address, as a link", _email),
    "seller_phone": ("its telephone number", _of_seller("phone")),
    "region_name": ("the region, such as the UK", lambda region, seller: region.the_name),
    "currency": ("its currency", lambda region, seller: region.currency),
    "tax_words": ("what stands beside prices", lambda region, seller: region.tax_words),
    "order_button": ("words of the order button", lambda region, seller: region.legal.order_button),
    "withdrawal_days": ("days to withdraw or return", lambda region, seller: str(region.legal.withdrawal_days)),
    "withdrawal_note": ("the law’s note on returns", lambda region, seller: region.legal.withdrawal_note),
    "withdraw": ("the law’s word: cancel, withdraw from", lambda region, seller: region.legal.withdraw or "cancel"),
    "withdrawal_form": ("the form to withdraw, as a link", _withdrawal_form),
    "ships_from": ("where parcels leave", lambda region, seller: region.ships_from),
    "delivery_days": (
        "working days of delivery",
        lambda region, seller: gettext("{first} to {last}").format(first=region.delivery_days_min, last=region.delivery_days_max),
    ),
    "doctor": ("whom to ask: a GP, a doctor", lambda region, seller: region.legal.doctor),
    "parcel": ("parcel, or what the region calls it", lambda region, seller: spelled("parcel", region)),
    "help_page": ("the page Help, as a link", lambda region, seller: _link(reverse("help_index", kwargs={"region": region.code}), gettext("Help"))),
    **{f"{page}_page": (f"the page {name}, as a link", _page_link(page)) for page, name in PAGES.items()},
}  # fmt: skip
"""By name what it is, for staff, and what it is in a region: text, or HTML that is safe."""
assert HELP not in PAGES


def unknown_names(*texts: str) -> str:
    """What is wrong with names in braces; empty where nothing is."""
    wrong = sorted({name for text in texts for name in NAME.findall(text or "") if name not in FACTS})
    if not wrong:
        return ""
    return (
        f"Nothing is known by {', '.join('{' + name + '}' for name in wrong)}. There are: {', '.join(FACTS)}."
    )


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading", "code", "fence", "html_block", "html_inline"])  # fmt: skip


def html_of(body: str, facts: Mapping[str, str]) -> SafeString:
    """What readers get of a block's words."""
    drawn = _markdown().render(body)
    parts = TAG.split(drawn)  # tags at the odd places: no name is filled in there
    filled = [
        part if place % 2 else NAME.sub(lambda found: _fact(found, facts), part)
        for place, part in enumerate(parts)
    ]
    # Safe: raw HTML is escaped above, and each fact is escaped unless it was made as HTML.
    return mark_safe("".join(filled))  # noqa: S308


def line_of(text: str, facts: Mapping[str, str]) -> SafeString:
    """The same of one line, such as a heading: no marks, only names."""
    return mark_safe(NAME.sub(lambda found: _fact(found, facts), str(escape(text))))  # noqa: S308


def _fact(found: re.Match, facts: Mapping[str, str]) -> str:
    return str(conditional_escape(facts[found[1]])) if found[1] in facts else found[0]


def facts_of(region: Region, seller: Seller | None = None) -> dict[str, str]:
    """All that the names stand for in a region."""
    seller = seller or Seller.current()
    return {name: make(region, seller) for name, (_, make) in FACTS.items()}
