"""Parts that are compiled by Jinja escape as Django's templates do, and say what they miss."""

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe
from jinja2 import UndefinedError

from shop.web.components import draw, environment

ODD = "<b>“Zinc” & 'iron'</b>"


class Shown:
    def __init__(self, **facts):
        self.__dict__.update(facts)


def offer(**facts):
    facts = {"price": "£9", "tax_words": "incl. VAT", "unit_price": "", "was": None, **facts}
    return Shown(**facts)


def test_what_is_not_html_is_escaped_and_what_is_stays():
    assert "&lt;b&gt;" in draw("price", offer=offer(price=ODD))
    assert "<b>" in draw("price", offer=offer(price=mark_safe("<b>£9</b>")))
    assert "<b>" not in draw("price", offer=offer(tax_words=ODD))


def test_djangos_templates_draw_it_without_escaping_it_again():
    page = Template('{% load components %}{% component "price" offer=offer is_from=True %}')
    drawn = page.render(Context({"offer": offer()}))
    assert drawn == draw("price", offer=offer(), is_from=True)
    assert '<span class="price__from">from</span>' in drawn


def test_what_it_does_not_know_or_misses_is_an_error():
    with pytest.raises(TypeError):
        draw("price", offer=offer(), colour="red")
    with pytest.raises(UndefinedError):
        draw("price")


def test_every_part_is_a_macro_of_its_file():
    names = [
        name.removeprefix("components/").removesuffix(".jinja")
        for name in environment().list_templates(["jinja"])
    ]
    assert {"product_card", "article_card", "picture"} <= set(names)
    for name in names:
        assert callable(getattr(environment().get_template(f"components/{name}.jinja").module, name)), name
