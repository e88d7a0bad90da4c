"""What a phone shows of the admin's lists and rows of fields: each value beside the name of its column."""

import re

import pytest

from config.templatetags.staff_forms import labelled
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cell", "labelled_cell"),
    [
        ('<td class="field-to">ada@example.org</td>', '<td data-label="To &amp; from" class="field-to">ada@example.org</td>'),
        ('<th class="field-to"><a href="/x/">1</a></th>', '<th data-label="To &amp; from" class="field-to"><a href="/x/">1</a></th>'),
        ('<td class="field-to">-</td>', '<td data-label="To &amp; from" data-nothing class="field-to">-</td>'),
        ("<td>&nbsp;</td>", '<td data-label="To &amp; from" data-nothing>&nbsp;</td>'),
        ('<td><img src="/x.svg" alt="True"></td>', '<td data-label="To &amp; from"><img src="/x.svg" alt="True"></td>'),
        ('<input type="hidden">', '<input type="hidden">'),
    ],
)  # fmt: skip
def test_a_cell_names_its_column(cell, labelled_cell):
    assert labelled([cell], [{"text": "to & from"}]) == [labelled_cell]


def test_a_cell_without_a_head_stays_as_it_is():
    assert labelled(["<td>1</td>"], []) == ["<td>1</td>"]


@pytest.mark.parametrize("path", ["orders/order", "catalogue/price", "regions/postalzone"])
def test_a_list_is_headed_by_what_stands_in_it(path):
    page = signed_in().get(f"/admin/{path}/").content.decode()
    assert "Select " not in re.search(r"<h1>(.*?)</h1>", page)[1]


def test_every_field_of_a_row_has_a_label_of_its_own():
    page = signed_in().get("/admin/codes/code/add/").content.decode()
    for name in ("region", "off", "least"):
        assert f'for="id_terms-0-{name}"' in page
    assert 'aria-label="Starts at: date"' in page
    assert 'aria-label="Ends at: time"' in page


def test_a_price_that_stands_is_shown_as_shoppers_read_it():
    client = signed_in()
    row = re.search(
        r"/admin/catalogue/price/(\d+)/change/", client.get("/admin/catalogue/price/").content.decode()
    )
    page = client.get(row[0]).content.decode()
    assert re.search(r'<div class="readonly">[£$€]\d+\.\d\d</div>', page)
