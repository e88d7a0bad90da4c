"""The test bench: how each sentence of a text is read in each region, and why. Nothing is written by it."""

from collections.abc import Iterable
from dataclasses import dataclass

from shop.claims.check import Explained, explain, worst
from shop.claims.linked import linked
from shop.regions.models import Region


@dataclass(frozen=True)
class Bench:
    """A text in one region."""

    region: Region
    verdicts: list[Explained]

    @property
    def colour(self) -> str:
        return worst(verdict.finding for verdict in self.verdicts if verdict.finding is not None)


def on_bench(text: str, regions: Iterable[Region], surface: str, skus: Iterable[str] = ()) -> list[Bench]:
    """A plain text as it would be read on a surface beside these packs, in each region’s language. Raises NoSuchPack."""
    skus = list(skus)
    return [
        Bench(
            region,
            explain(text, region.claims_law, surface, *linked(skus, region), language=region.language),
        )
        for region in regions
    ]
