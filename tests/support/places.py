"""Red words for a place that shoppers read, in spellings that a reader can't tell apart."""

from django.apps import apps
from django.db import models

RED = "Magnesium relieves restless legs"
RED_IN_FEW = "cures insomnia"
# What a reader sees of each is the same sentence. (Words in an address or a code are spelt in plain letters.)
SPELLINGS = {
    "as it is": lambda text: text,
    "no-break space": lambda text: text.replace(" ", "\u00a0"),
    "entity": lambda text: text.replace(" ", "&nbsp;"),
    "zero-width space": lambda text: text[:-3] + "\u200b" + text[-3:],
    "soft hyphen": lambda text: text[:-3] + "\u00ad" + text[-3:],
    "Cyrillic e and o": lambda text: text.replace("e", "\u0435").replace("o", "\u043e"),
}


def red_for(field: models.Field) -> str:
    """A claim that the field has room for."""
    if isinstance(field, models.EmailField):
        return "cures@insomnia.example.org"
    text = RED if (field.max_length or 1000) > len(RED.replace(" ", "&nbsp;")) else RED_IN_FEW
    if field.max_length and field.max_length < len(text):
        return "RLS"
    if isinstance(field, models.SlugField) or field.name == "word":
        return "rls" if field.max_length < 10 else RED_IN_FEW.replace(" ", "-")
    return RED_IN_FEW.replace(" ", "-").upper() if field.name == "code" else text


def spellings_of(label: str, name: str) -> list[str]:
    """Words in an address or a code are plain letters and nothing else."""
    field = apps.get_model(label)._meta.get_field(name)
    plain = name in {"code", "word"} or isinstance(field, models.SlugField | models.EmailField)
    return ["as it is"] if plain or red_for(field) == "RLS" else list(SPELLINGS)
