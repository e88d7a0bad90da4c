from django.db import models


class Kind(models.TextChoices):
    FOOD_SUPPLEMENT = "food_supplement", "Food supplement"
    COSMETIC_TOPICAL = "cosmetic_topical", "Skin spray (cosmetic)"
    BATH_SALT = "bath_salt", "Bath salt (cosmetic)"


class Form(models.TextChoices):
    CITRATE = "citrate", "Citrate"
    GLYCINATE = "glycinate", "Glycinate"
    OIL = "oil", "Oil spray"
    EPSOM = "epsom", "Epsom salt"
