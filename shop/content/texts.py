"""What shoppers read: the texts of each app, where they stand and as what they are checked for claims.

An app whose texts shoppers read has a module `claim_texts` with `CLAIM_TEXTS`: by model and field a `Text`. Rows of
such models say `texts_cleaned` when they are validated; shop.claims answers, which is above this room. Fields that no
shopper reads are listed with the reason in config/audit/texts.py; a test wants every text field in one of the two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.dispatch import Signal

# The surfaces of the claims check (shop.claims.rules).
PRODUCT, SAFETY, ARTICLE = "product", "safety", "article"
CLAIM_TEXTS = "claim_texts"

texts_cleaned = (
    Signal()
)  # sender: the model; instance; names: the fields to check. A receiver raises ValidationError.


@dataclass(frozen=True)
class Text:
    """A field that shoppers read. `where` they meet it; `surface`: as what it is checked.

    PRODUCT and SAFETY are refused where they are typed or loaded. ARTICLE counts for the colour of every article that
    shows it. `law`: only regions with that law read it. `may_state`: authorised sentences may stand in it.
    `is_letter`: staff write to one shopper in their own words, so it need not be told in words of a label.
    `instead`: what may be said where a claim is refused and authorised sentences may not stand.
    """

    surface: str
    where: str
    law: str = ""
    may_state: bool = False
    is_letter: bool = False
    instead: str = "Leave it out: only facts stand here, such as what it is, what is in it and how much."


@dataclass(frozen=True)
class Scope:
    """What a row's texts are about. `regions` that read them, None for all; `kinds` of product, () for every kind.

    `mg_a_day`: elemental magnesium of the product, on which authorised sentences depend; 0 allows none.
    """

    regions: Iterable | None = None
    kinds: tuple[str, ...] = ()
    mg_a_day: float | None = 0


class ReadByShoppers(models.Model):
    """Base of models with texts of which CLAIM_TEXTS says that shoppers read them: validated, they are checked."""

    class Meta:
        abstract = True

    def claim_scope(self) -> Scope | None:
        """About no product, read in the row's region if it has one, else in all of them.

        None where the row does not know yet what it is about: nothing is checked then.
        """
        if not hasattr(self, "region_id"):
            return Scope()
        region = getattr(self, "region", None)
        return Scope([region]) if region else None

    def clean_fields(self, exclude=None):
        """Only what is validated at all: a form that does not show a field can't mend it."""
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude)
        except ValidationError as error:
            errors = error.update_error_dict({})
        names = [name for name in texts_of(type(self)) if name not in (exclude or ()) and name not in errors]
        try:
            if names:
                texts_cleaned.send(type(self), instance=self, names=names)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)


@cache
def declared() -> dict[tuple[str, str], Text]:
    """By (label of the model, field): what the apps say that shoppers read."""
    found: dict[tuple[str, str], Text] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.{CLAIM_TEXTS}"
        if config.name.split(".")[0] in {"shop", "articles", "config"} and find_spec(name):
            for model, texts in import_module(name).CLAIM_TEXTS.items():
                found |= {(f"{config.label}.{model}", field): text for field, text in texts.items()}
    return found


@cache
def texts_of(model: type[models.Model]) -> dict[str, Text]:
    """By field name what shoppers read of a model's rows."""
    return {name: text for (label, name), text in declared().items() if label == model._meta.label}
