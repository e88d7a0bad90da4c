"""No regular expression of ours takes the square of a text's length: what is twice as long takes twice as long.

Each that a module has a name for is tried on long texts of the kinds that once did it; time is that of the processor.
"""

import importlib
import pkgutil
import re
import time

import pytest

KINDS = ["a", "<", "<a ", "1", "1 ", " ", "\n", ".", "a.", "a-", "[", "(", '"', "a=", "@", "a@", "http://", "%", "/", "1,", "{", "_", "<!--",
         "a1", "A", "a b ", "\u00a0", '=" ', "<p>", "<img src=", ":", ";", "#", "<style>", "[[", "<!--[if gte msEquation]>"]  # fmt: skip
LENGTH = 8000
MOST = 0.1  # seconds; the slow ones took half a second and more, the others a thousandth
# Of what is short, ours or looked at whole (`fullmatch`): never of a text that somebody types at length.
SHORT = {
    "config.audit.read", "config.audit.places", "shop.text.numbers", "shop.payments.sandbox.http", "shop.regions.postcodes",
    "shop.catalogue.copying", "config.staff.invite", "config.templatetags.staff_forms",
    "articles.evidence.lookup",  # a number in a field of 300
    "articles.models.links", "articles.reading.rendering",  # stored rich text: "<" begins a tag there, and tags are whole
}  # fmt: skip


def expressions() -> dict[tuple[str, int], tuple[str, re.Pattern]]:
    """Each once, with where it has a name."""
    found = {}
    for package in ("shop", "articles", "config"):
        for one in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if ".migrations" in one.name or one.name in SHORT or ".management." in one.name:
                continue
            for name, value in vars(importlib.import_module(one.name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    found.setdefault((value.pattern, value.flags), (f"{one.name}.{name}", value))
    return found


@pytest.mark.slow
def test_every_expression_takes_as_long_as_its_text():
    slow, seen = [], expressions()
    for name, expression in seen.values():
        for kind in KINDS:
            text = (kind * LENGTH)[:LENGTH] + "\x00"
            began = time.process_time()
            expression.sub("", text)
            if time.process_time() - began > MOST:
                slow.append(f"{name} on {kind!r}")
    assert len(seen) > 100
    assert not slow
