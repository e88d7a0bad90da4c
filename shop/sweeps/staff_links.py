"""Where staff find a row that the worker set aside."""

from django.apps import apps
from django.urls import NoReverseMatch, reverse

from shop.sweeps.models import Setback


def url_of(setback: Setback) -> str:
    """The admin page of the row itself; "" where it has none."""
    try:
        meta = apps.get_model(setback.model)._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[setback.about])
    except (LookupError, ValueError, NoReverseMatch):
        return ""
