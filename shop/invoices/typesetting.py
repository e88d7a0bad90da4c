"""PDFs from templates and data, the same on every machine."""

import json
from pathlib import Path
from typing import Any

import typst

from shop.invoices.glyphs import FONTS, all_drawable
from shop.text.characters import clean_data


def typeset(template: Path, data: dict, **options: Any) -> bytes:
    """The PDF of a document's data. Text is data to the typesetter, never markup; the same fonts on every machine."""
    return typst.compile(
        template.read_bytes(),
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(all_drawable(clean_data(data)))},
        **options,
    )
