import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from shop.claims.rules import ALONE, ARTICLE, LAWS, PRODUCT, expand
from shop.content.models import Content

RULED_SURFACES = (PRODUCT, ARTICLE, ALONE)


class OwnRule(Content):
    """A rule of the Owner's: it replaces the shipped one of the same name, or stands beside them.

    Deleting it brings the shipped one back. A change moves the version of the rules, so that articles are checked
    anew and sign-offs of other rules lapse.
    """

    code = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+\Z", "Small letters, digits and hyphens.")],
        help_text="That of a shipped rule replaces it; another one adds a rule.",
    )
    is_off = models.BooleanField("switched off", default=False)
    pattern = models.CharField(
        max_length=4000,
        help_text="A regular expression, searched in each sentence; small and capital letters count the same. "
        "{disease_terms} and {treat_verbs} stand for the word lists that come with the shop.",
    )
    applies_to = models.JSONField(default=list)
    why = models.CharField(max_length=400, help_text="For editors: what is wrong with it.")
    advice = models.CharField(max_length=300, help_text="For editors: what to write instead.")
    negation_ok = models.BooleanField(
        "a denial is fine", default=False, help_text="A negation that governs the phrase excuses it."
    )
    laws = models.JSONField(default=dict)
    changed_by = models.CharField(max_length=150, blank=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["code"]
        verbose_name = "claim rule"

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        try:
            re.compile(expand(self.pattern))
        except re.error as error:
            raise ValidationError({"pattern": f"This is not a regular expression: {error}."})

    def as_dict(self) -> dict:
        """In the shape of a rule in rules.json."""
        return {
            "id": self.code,
            "is_off": self.is_off,
            "pattern": self.pattern,
            "applies_to": self.applies_to,
            "why": self.why,
            "advice": self.advice,
            "negation_ok": self.negation_ok,
            "laws": {law: here for law, here in self.laws.items() if law in LAWS},
            "changed_on": f"{self.changed_at:%Y-%m-%d}",
        }
