from django.db import models


class TaxClass(models.TextChoices):
    STANDARD = "standard", "Standard rate"
    SUPPLEMENT = "supplement", "Food supplement"


def name_in(words: str) -> str:
    """What the tax is called in words that stand beside a price: “VAT” in “incl. VAT”."""
    _, _, name = words.partition(" ")
    return name or words
