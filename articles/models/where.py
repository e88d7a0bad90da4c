"""In which regions something shows: in all, only in some, or not in some."""

from django.core.exceptions import ValidationError
from django.db import models

from shop.regions.models import Region


class ShowIn(models.TextChoices):
    ALL = "all", "All regions"
    ONLY = "only", "Only in"
    NOT = "not", "Not in"


def codes_of(region: Region) -> tuple[str, ...]:
    """By which names a region is meant: an edition in another language by its own and by its market's.

    What is for the EU is for its German edition too.
    """
    return tuple(dict.fromkeys([region.code, region.market.code]))


def shows(show_in: str, region_codes: str, region: Region) -> bool:
    if show_in == ShowIn.ALL:
        return True
    return set(region_codes.split()).isdisjoint(codes_of(region)) == (show_in == ShowIn.NOT)


def shown_in(codes: tuple[str, ...]) -> models.Q:
    """The same as `shows`, asked of rows."""
    named = models.Q(region_codes__regex=rf"(^| )({'|'.join(codes)})( |$)")
    return (
        models.Q(show_in=ShowIn.ALL)
        | models.Q(named, show_in=ShowIn.ONLY)
        | models.Q(~named, show_in=ShowIn.NOT)
    )


class Regional(models.Model):
    """Base of blocks and product links."""

    show_in = models.CharField(max_length=4, choices=ShowIn.choices, default=ShowIn.ALL)
    region_codes = models.CharField(
        "regions", max_length=60, blank=True, help_text="Codes with blanks between, such as: uk eu"
    )

    class Meta:
        abstract = True

    def _where(self) -> str:
        return "" if self.show_in == ShowIn.ALL else f" [{self.get_show_in_display()} {self.region_codes}]"

    def clean(self):
        codes = self.region_codes.lower().replace(",", " ").split()
        self.region_codes = " ".join(codes)
        known = {region.code for region in Region.all_cached()}
        if self.show_in == ShowIn.ALL:
            self.region_codes = ""
        elif not codes or set(codes) - known:
            raise ValidationError({"region_codes": f"Name at least one of: {', '.join(sorted(known))}."})

    def shows_in(self, region) -> bool:
        return shows(self.show_in, self.region_codes, region)
