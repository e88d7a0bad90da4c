"""What a page can show of data: countries, days, taxes, the seller. A block names one of these, and nobody types them.

A room above adds its own (`draws`), such as the list of what is stored about people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.regions.delivery import arrival
from shop.regions.models import Region, SalesTaxRate
from shop.regions.zones import not_delivered, own_rates


@dataclass(frozen=True)
class Drawing:
    """`label`: what staff choose; `needs`: what its template reads besides region and seller."""

    label: str
    needs: Callable[[Region], dict[str, Any]]
    template: str


DRAWINGS: dict[str, Drawing] = {}


def draws(name: str, label: str) -> Callable:
    """Register a function of the region as a drawing, with templates/pages/data/<name>.html."""

    def register(needs: Callable[[Region], dict[str, Any]]):
        DRAWINGS[name] = Drawing(label, needs, f"pages/data/{name}.html")
        return needs

    return register


def choices() -> list[tuple[str, str]]:
    return [("", "–"), *((name, drawing.label) for name, drawing in DRAWINGS.items())]


def _codes(region: Region) -> list[str]:
    return [row.code for row in region.countries.all()]


@draws("delivery_days", "Delivery: days, cut-off and the next arrival")
def _days(region):
    return {"arrival": arrival(region), "several": len(region.country_codes) > 1}


@draws("delivery_places", "Delivery: countries")
def _places(region):
    return {"countries": list(region.countries.all())}


@draws("delivery_not", "Delivery: places that are not delivered to")
def _not(region):
    return {"not_delivered": not_delivered(_codes(region))}


@draws("tax", "Taxes: what prices include, or states with sales tax")
def _tax(region):
    if region.prices_include_tax:
        codes = _codes(region)
        return {"own_rates": own_rates(codes), "is_several": len(codes) > 1}
    states = SalesTaxRate.objects.order_by("state").values_list("state", flat=True).distinct()
    return {"taxed_states": list(states)}


@draws("seller", "The seller: name, address, numbers")
def _seller(region):
    return {}


@draws("responsible", "Responsible person in the EU, or contact for adverse events")
def _responsible(region):
    return {}


@draws("withdrawal", "The button of the form to withdraw")
def _withdrawal(region):
    return {}


@draws("model_form", "The model form to withdraw")
def _model_form(region):
    return {}


@draws("guarantee", "Notice on the legal guarantee (EU)")
def _guarantee(region):
    return {}


@draws("payment", "How one pays, by the mode of the shop")
def _payment(region):
    return {}


@draws("cookies", "Cookies: name, purpose, duration")
def _cookies(region):
    return {"cookies": COOKIES}


COOKIES = [
    ("sessionid", _("holds your basket and what our forms have to tell you"), _("the first thing you put in, or the first form you send"), _("30 days")),
    ("csrftoken", _("protects forms such as the checkout against other sites"), _("a page that shows such a form"), _("a year")),
    ("region", _("remembers the region that you chose"), _("your choice"), _("a year")),
    ("theme", _("remembers day, night or larger text"), _("your choice"), _("a year")),
]  # fmt: skip
"""Each cookie of the shop's pages: (name, what for, set by, how long). A test compares them with what is set."""
