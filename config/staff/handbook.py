"""The editors' handbook (docs/handbook-editors.md) as a page of the admin."""

from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt

DOCS = Path(settings.BASE_DIR) / "docs"


@cache
def handbook_html() -> str:
    """The handbook with an anchor at each chapter, so that a form's help can lead to it."""
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse((DOCS / "handbook-editors.md").read_text())
    for token, words in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slugify(words.content))
    # Safe: the text is the repository's own, and raw HTML in it is not the editor's to type.
    return mark_safe(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S308


def handbook(request, admin_site):
    context = {
        **admin_site.each_context(request),
        "title": "Handbook for editors",
        "handbook": handbook_html(),
    }
    return render(request, "admin/handbook.html", context)


def handbook_picture(request, name):
    path = DOCS / "pictures" / f"{name}.webp"
    if not path.is_file():
        raise Http404("There is no such picture.")
    return FileResponse(path.open("rb"), content_type="image/webp")
