"""Filters of the product list as links: every state has an address, and Back works."""

from urllib.parse import urlencode

from shop.catalogue.models import Form, Kind

SORTS = {
    "": "Our order",
    "price": "Price, low to high",
    "-price": "Price, high to low",
    "dose": "Magnesium a day",
}


class ProductFilters:
    """Reads form, kind, vegan and sort from the query. Values it does not know count as not given."""

    def __init__(self, query, path):
        self.path = path
        self.form = self._known(query.get("form", ""), Form.values)
        self.kind = self._known(query.get("kind", ""), Kind.values)
        self.vegan = self._known(query.get("vegan", ""), ["1"])
        self.sort = self._known(query.get("sort", ""), SORTS)

    @staticmethod
    def _known(value, values):
        return value if value in values else ""

    def _link(self, **changes) -> str:
        state = {"form": self.form, "kind": self.kind, "vegan": self.vegan, "sort": self.sort, **changes}
        query = urlencode({name: value for name, value in state.items() if value})
        return f"{self.path}?{query}" if query else self.path

    def _group(self, name, choices):
        current = getattr(self, name)
        return [
            {"label": label, "url": self._link(**{name: value}), "is_current": value == current}
            for value, label in choices
        ]

    @property
    def groups(self):
        return [
            ("Form", self._group("form", [("", "All"), *Form.choices])),
            (
                "Use",
                self._group(
                    "kind",
                    [
                        ("", "All"),
                        (Kind.FOOD_SUPPLEMENT, "To take"),
                        (Kind.COSMETIC_TOPICAL, "For the skin"),
                        (Kind.BATH_SALT, "For the bath"),
                    ],
                ),
            ),
            ("Vegan", self._group("vegan", [("", "All"), ("1", "Vegan only")])),
        ]

    @property
    def sorts(self):
        return self._group("sort", SORTS.items())

    @property
    def is_filtered(self) -> bool:
        return bool(self.form or self.kind or self.vegan)

    def apply(self, cards):
        cards = [
            card
            for card in cards
            if (not self.form or card.product.form == self.form)
            and (not self.kind or card.product.kind == self.kind)
            and (not self.vegan or card.product.vegan)
        ]
        if self.sort in {"price", "-price"}:
            cards.sort(key=lambda card: card.offer.amount, reverse=self.sort == "-price")
        elif self.sort == "dose":
            cards.sort(key=lambda card: -(card.facts.mg_per_day if card.facts else 0))
        return cards
