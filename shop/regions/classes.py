from django.db import models


class TaxClass(models.TextChoices):
    STANDARD = "standard", "Standard rate"
    SUPPLEMENT = "supplement", "Food supplement"
