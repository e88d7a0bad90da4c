"""Filters of products as links: every state has an address, Back works, and each link says how many it leads to."""

from collections import Counter
from urllib.parse import urlencode

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from shop.catalogue.cells import DOSES, PRICES, Cell
from shop.catalogue.models.kinds import form_names, kinds
from shop.catalogue.shelf import ORDERS, in_cells

SORTS = {
    "": _("Our order"),
    "price": _("Price, low to high"),
    "-price": _("Price, high to low"),
    "dose": _("Magnesium a day"),
}
NAMES = ("form", "kind", "vegan", "price", "mg")


class ProductFilters:
    """Reads form, kind, vegan, price, mg and sort from the query. Values it does not know count as not given.

    `keep` are further pairs for the addresses, such as what was searched for.
    """

    def __init__(self, query, path, region, keep=(), sorts=SORTS):
        self.path, self.region, self.keep, self.all_sorts = path, region, dict(keep), sorts
        self.chosen = {
            "form": self._known(query.get("form", ""), form_names()),
            "kind": self._known(query.get("kind", ""), kinds()),
            "vegan": self._known(query.get("vegan", ""), ["1"]),
            "price": self._known(query.get("price", ""), PRICES),
            "mg": self._known(query.get("mg", ""), DOSES),
        }
        self.sort = self._known(query.get("sort", ""), sorts)

    @staticmethod
    def _known(value, values):
        return value if value in values else ""

    def _link(self, **changes) -> str:
        state = {**self.keep, **self.chosen, "sort": self.sort, **changes}
        query = urlencode({name: value for name, value in state.items() if value})
        return f"{self.path}?{query}" if query else self.path

    @property
    def url(self) -> str:
        """This list, from its first page."""
        return self._link()

    @property
    def clear_url(self) -> str:
        return self._link(**dict.fromkeys(NAMES, ""))

    def _money(self, whole: int) -> str:
        return self.region.money(whole * 100).replace(".00", "").replace(",00", "")

    def _price_label(self, bounds) -> str:
        low, high = bounds
        if not low:
            return gettext("Under {most}").format(most=self._money(high))
        if high is None:
            return gettext("{least} and over").format(least=self._money(low))
        return gettext("{least} to {most}").format(least=self._money(low), most=self._money(high))

    @staticmethod
    def _dose_label(bounds) -> str:
        low, high = bounds
        if high is None:
            return gettext("{least} mg and over").format(least=low)
        if low == 1:
            return gettext("Under {most} mg").format(most=high)
        return gettext("{least} to {most} mg").format(least=low, most=high - 1)

    def _choices(self):
        every = ("", pgettext("of a filter", "All"))
        return [
            (gettext("Form"), "form", [every, *form_names().items()]),
            (
                gettext("Use"),
                "kind",
                [every, *((code, row.translated.use_words) for code, row in kinds().items())],
            ),
            (
                gettext("Price"),
                "price",
                [every, *((key, self._price_label(row)) for key, row in PRICES.items())],
            ),
            (gettext("A day"), "mg", [every, *((key, self._dose_label(row)) for key, row in DOSES.items())]),
            (gettext("Vegan"), "vegan", [every, ("1", gettext("Vegan only"))]),
        ]

    def groups(self, counts: Counter[Cell]):
        """(label, choices) of every filter; each choice with the number of products it leads to."""
        found = []
        for label, name, choices in self._choices():
            rows = [
                {
                    "label": words,
                    "url": self._link(**{name: value}),
                    "is_current": value == self.chosen[name],
                    "count": self._count(counts, {**self.chosen, name: value}),
                }
                for value, words in choices
            ]
            found.append((label, [row for row in rows if row["count"] or row["is_current"]]))
        return [(label, rows) for label, rows in found if self._tells(rows)]

    @staticmethod
    def _tells(rows) -> bool:
        """Whether a group can change anything; one that holds a choice stays, so that it can be taken back."""
        return len({row["count"] for row in rows}) > 1 or any(row["is_current"] for row in rows[1:])

    @property
    def sorts(self):
        return [
            {"label": label, "url": self._link(sort=value), "is_current": value == self.sort}
            for value, label in self.all_sorts.items()
        ]

    @property
    def is_filtered(self) -> bool:
        return any(self.chosen.values())

    @staticmethod
    def _count(counts: Counter[Cell], chosen) -> int:
        return sum(number for cell, number in counts.items() if cell.fits(chosen))

    def choose(self, rows, counts: Counter[Cell]) -> tuple:
        """(the rows of a shelf that fit, in the order asked for, how many there are). `counts`: of these rows."""
        rows = self._within(rows)
        if [name for name, value in self.chosen.items() if value] not in ([], ["form"], ["price"], ["mg"]):
            rows = in_cells(rows, (cell for cell in counts if cell.fits(self.chosen)))
        return rows.order_by(*ORDERS[self.sort]), self._count(counts, self.chosen)

    def _within(self, rows):
        """By columns that have an index in the order asked for. Cells say the rest, and how few rows fit several at once."""
        if self.chosen["form"]:
            rows = rows.filter(form=self.chosen["form"])
        for column, bounds, unit in (
            ("amount", PRICES.get(self.chosen["price"]), 100),
            ("mg_a_day", DOSES.get(self.chosen["mg"]), 1),
        ):
            if bounds:
                low, high = bounds
                rows = rows.filter(**{f"{column}__gte": low * unit})
                rows = rows if high is None else rows.filter(**{f"{column}__lt": high * unit})
        return rows

    def apply(self, rows):
        """Of rows of a shelf that are loaded, those that fit, in the order asked for."""
        rows = [row for row in rows if Cell.read(row.cell).fits(self.chosen)]
        if self.sort in {"price", "-price"}:
            rows.sort(key=lambda row: row.amount, reverse=self.sort == "-price")
        elif self.sort == "dose":
            rows.sort(key=lambda row: -row.mg_a_day)
        return rows
