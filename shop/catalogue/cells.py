"""What filters and rules tell products apart by, as one value: products of the same cell are counted as one number."""

from dataclasses import astuple, dataclass

PRICES = {"-15": (0, 15), "15-25": (15, 25), "25-": (25, None)}  # whole units of the region's currency
DOSES = {"-200": (1, 200), "200-300": (200, 300), "300-": (300, None)}  # mg elemental in a day's amount


def _band(value, bands) -> str:
    """The key of the band that a value is in; "" for none."""
    return next(
        (key for key, (low, high) in bands.items() if value >= low and (high is None or value < high)), ""
    )


@dataclass(frozen=True)
class Cell:
    """A form, a kind, whether it is vegan ("1" or ""), and the bands of its price and of its magnesium a day.

    Changing what a cell is made of changes stored rows: run `manage.py shelve` with it.
    """

    form: str
    kind: str
    vegan: str
    price: str
    mg: str

    @classmethod
    def of(cls, product, amount: int, mg_a_day: int) -> "Cell":
        """`amount`: minor units of the region's currency; `mg_a_day`: 0 for what is not swallowed."""
        vegan = "1" if product.vegan else ""
        return cls(product.form, product.kind, vegan, _band(amount / 100, PRICES), _band(mg_a_day, DOSES))

    @classmethod
    def read(cls, key: str) -> "Cell":
        return cls(*key.split(":"))

    @property
    def key(self) -> str:
        return ":".join(astuple(self))

    def fits(self, chosen: dict[str, str]) -> bool:
        """Whether it has each value that is chosen by name; "" leaves a name open."""
        return all(not value or getattr(self, name) == value for name, value in chosen.items())
