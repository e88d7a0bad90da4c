"""Words of rows that are no region's, in other languages than English: a column beside the words, read in the active language.

What is a region's own (wordings of products, words of pages, articles) stands in rows of that region. All else of which shoppers
read a name or a line has `translations`: by language and field the words there, and those that they were made of. A row whose
original has changed since shows its translation still, and staff are told (config/staff/forms/translated.py).
"""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import get_language

ENGLISH = "en"


class Said(NamedTuple):
    """A field's words in another language, and the original that they were made of."""

    text: str
    of: str


def active() -> str:
    """The language that is being drawn, as regions name theirs; “en” for whatever English, and outside of pages."""
    language = get_language() or ENGLISH
    return ENGLISH if language.split("-")[0] == ENGLISH else language


def said_in(language: str, translations: dict | None, name: str, original: str) -> str:
    """A field's words in a language; the original where nobody has translated it, or where there is nothing to translate."""
    if language == ENGLISH or not original or not translations:
        return original
    said = translations.get(language, {}).get(name)
    return said["text"] if said else original


class Words:
    """`row.translated`: its fields by their names, in the active language."""

    __slots__ = ("_language", "_row")

    def __init__(self, row: "Translated", language: str):
        self._row, self._language = row, language

    def __getattr__(self, name: str) -> str:
        row = self._row
        if name not in row.translatable:
            raise AttributeError(f"{name} of {type(row).__name__} is not translated")
        original = getattr(row, name)
        if self._language == ENGLISH:
            return original
        return said_in(self._language, row.translations, name, original)


class Translated(models.Model):
    """Base of a row whose fields in `translatable` are read in every language. It costs no query: they are in the row."""

    translatable: ClassVar[tuple[str, ...]] = ()

    translations = models.JSONField(default=dict, db_default={}, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def translated(self) -> Any:
        """Its words in the language that is being drawn."""
        return Words(self, active())

    def translated_in(self, region) -> Any:
        """Its words in the language of a region, for what is put together outside of that region's pages."""
        return Words(self, region.language)

    def said(self, language: str, name: str) -> Said | None:
        found = (self.translations or {}).get(language, {}).get(name)
        return Said(found["text"], found["of"]) if found else None

    def is_behind(self, language: str, name: str) -> bool:
        """Whether a field's original has changed since it was translated."""
        said = self.said(language, name)
        return said is not None and said.of != (getattr(self, name) or "")

    def to_translate(self, language: str) -> Iterator[str]:
        """The fields that say something and don't say it in a language, or not what they say now."""
        for name in self.translatable:
            if getattr(self, name) and (self.said(language, name) is None or self.is_behind(language, name)):
                yield name

    def say(self, language: str, name: str, text: str, of: str | None = None) -> None:
        """Take down a field's words in a language, by default as made of what it says now; "" takes them away. Not saved yet.

        A language that once was there stays, with nothing in it: what ships in it is not brought again.
        """
        known = {key: dict(value) for key, value in (self.translations or {}).items()}
        words = known.setdefault(language, {})
        if text.strip():
            words[name] = {"text": text.strip(), "of": of if of is not None else getattr(self, name) or ""}
        else:
            words.pop(name, None)
        self.translations = dict(sorted(known.items()))

    def clean_fields(self, exclude=None):
        super().clean_fields(exclude)
        refuse_shape(self)


def refuse_shape(row: Translated) -> None:
    """Only fields that are translated, each as text that is no longer than its column."""
    for language, words in (row.translations or {}).items():
        for name, said in words.items():
            if name not in row.translatable:
                raise ValidationError(f"“{name}” is not translated in {row._meta.verbose_name_plural}.")
            if set(said) != {"text", "of"} or not all(isinstance(one, str) for one in said.values()):
                raise ValidationError(f"The words of “{name}” in “{language}” are no text with its original.")
            if (most := longest(type(row), name)) and len(said["text"]) > most:
                raise ValidationError(f"“{name}” in “{language}” is longer than {most} characters.")


def longest(model: type[models.Model], name: str) -> int | None:
    """How many characters a translation may have: as many as its original."""
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field.max_length


def translated_models() -> list[type[Translated]]:
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, Translated)]
