"""The words of tax of an order: as its shopper saw them beside the prices, and as its documents say them."""

from typing import Any

from django.utils.translation import gettext as _

from shop.regions.tax_words import tax_label, total_words


class TaxWords:
    """Of an order. Kept with it, so that a country or a tax that is renamed later changes no order."""

    region: Any
    legal: Any
    tax_included: Any
    tax_total: Any

    @property
    def tax_words(self) -> str:
        """Beside its prices: “incl. Italian VAT”."""
        return str(self.legal.get("tax_words") or self.region.tax_words)

    @property
    def seller_tax_number(self) -> str:
        """The seller's number with its name, as it was: “VAT number GB123456789”. Older orders kept the number alone."""
        old = self.legal.get("vat_number")
        return str(
            self.legal.get("tax_number") or (_("VAT number {number}").format(number=old) if old else "")
        )

    @property
    def total_tax_words(self) -> str:
        return total_words(self.tax_words, self.tax_included, self.tax_total)

    @property
    def tax_label(self) -> str:
        """Of the line with its tax: “Italian VAT, included”, “Sales tax”."""
        return tax_label(self.tax_words, self.tax_included)
