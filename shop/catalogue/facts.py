"""Pack facts computed from one stored milligram value: amount a day, per cent of the reference, days."""

from dataclasses import dataclass
from decimal import Decimal

from shop.catalogue.models import ProductWording, Variant
from shop.money import round_half_up


@dataclass(frozen=True)
class DailyFacts:
    """For a swallowed product in one region; amounts in mg of elemental magnesium."""

    units_per_day: int
    unit_name: str
    unit_names: str
    mg_per_unit: int
    mg_per_day: int
    compound_mg_per_day: int
    percent: int
    reference_label: str
    days: int
    upper_level_mg: int

    @property
    def within_upper_level(self) -> bool:
        return self.mg_per_day <= self.upper_level_mg

    @property
    def dose(self) -> str:
        return f"{self.units_per_day} {self.unit_name if self.units_per_day == 1 else self.unit_names}"


def daily_facts(variant: Variant, wording: ProductWording | None, region) -> DailyFacts | None:
    """None for cosmetics: an oil or a bath salt is no oral source and shows no intake figure."""
    if not variant.magnesium_mg or wording is None or not wording.units_per_day:
        return None
    mg = variant.magnesium_mg * wording.units_per_day
    return DailyFacts(
        units_per_day=wording.units_per_day,
        unit_name=variant.translated.unit_name,
        unit_names=variant.translated.unit_names,
        mg_per_unit=variant.magnesium_mg,
        mg_per_day=mg,
        compound_mg_per_day=(variant.compound_mg or 0) * wording.units_per_day,
        percent=round_half_up(Decimal(mg) * 100 / region.legal.reference_mg),
        reference_label=region.legal.reference_label,
        days=variant.pack_units // wording.units_per_day,
        upper_level_mg=region.legal.upper_level_mg,
    )
