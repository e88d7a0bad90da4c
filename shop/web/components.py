"""Parts that stand on a page by the dozen, such as cards: macros of Jinja, which compiles them to Python.

A part is a file `templates/components/NAME.jinja` with a macro of that name, whose parameters say what it needs. Other
parts import it; Django's templates draw it with `{% component "NAME" … %}` (templatetags/components.py).
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext, ngettext, pgettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from shop.web.reversing import address

FILTERS: dict[str, Any] = {}  # rooms above add theirs when they are ready


@cache
def _said(message: str, language: str | None) -> str:
    return gettext(message)


def said(message: str) -> str:
    """In the language of the page; a card says the same words as the dozen beside it."""
    return _said(message, get_language())


class Parts(Environment):
    """Macros read attributes of objects, never keys of dictionaries: so Python's own way will do, which is faster."""

    getattr: Any = staticmethod(getattr)


@cache
def environment() -> Environment:
    """What is missing is an error, and everything is escaped but what says that it is HTML, as in Django's templates."""
    found = Parts(
        loader=FileSystemLoader(settings.BASE_DIR / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings.DEBUG,
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_callables(said, ngettext, newstyle=False, pgettext=pgettext)  # type: ignore[attr-defined]
    found.globals["_"] = said
    found.globals["url"] = address
    found.filters.update(FILTERS)
    return found


def draw(name: str, **facts: Any) -> Markup:
    """The HTML of a part. Raises TypeError for a fact that it doesn't know."""
    return getattr(environment().get_template(f"components/{name}.jinja").module, name)(**facts)
