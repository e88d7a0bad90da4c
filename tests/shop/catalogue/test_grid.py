"""The grid of prices and stock: nothing is saved unseen, only what changed is, and nobody's change is overwritten."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalogue.grid import pasted_changes
from shop.catalogue.models import Price, StockMovement
from shop.catalogue.offers import amounts_in_force
from tests.support.factories import many_packs, region, set_price, set_stock, stock, variant
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
GRID = "/admin/catalogue/product/grid/"
SKU = "CIT-CAP-90"


def cell(kind: str, code: str = "uk", sku: str = SKU) -> str:
    return f"{kind}-{variant(sku).pk}-{code}"


def amount(code: str = "uk", sku: str = SKU):
    return amounts_in_force([variant(sku)])[variant(sku).pk].get(region(code).pk)


def form_of(client, **more) -> dict:
    """The grid's own form, as it stands on the page of this pack."""
    return again(client.get(GRID, {"q": SKU}).content.decode()) | more


def again(page: str, **more) -> dict:
    """The grid's own form as it stands on a page, with the words of its search."""
    typed = fields_of(page.rpartition('role="search"')[2])
    return typed | {"q": typed["found"]} | more


def looked(client, typed: dict) -> str:
    answer = client.post(GRID, typed)
    assert answer.status_code == 200
    return answer.content.decode()


def saved(client, page: str, **more) -> str:
    """What the page says after “Save” of what was looked at."""
    keys = re.findall(r'name="change" value="([^"]+)"', page)
    answer = client.post(GRID, {"change": keys, "save": "1", **more}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def owner():
    set_price(SKU, "uk", 1499)
    set_stock(SKU, "uk", 40)
    return signed_in("Owner")


@pytest.mark.slow
def test_a_look_tells_old_and_new_and_saves_nothing(owner):
    before = Price.objects.count(), StockMovement.objects.count()
    page = looked(owner, form_of(owner, **{cell("price"): "£15.49", cell("stock"): "1,200"}))
    assert "2 cells would change" in page
    for words in ("£14.99", "£15.49", "40", "1,200"):
        assert words in page
    assert (Price.objects.count(), StockMovement.objects.count()) == before


@pytest.mark.slow
def test_saving_writes_the_changed_cells_alone_and_logs_who_and_why(owner):
    before = Price.objects.count()
    page = looked(owner, form_of(owner, **{cell("price"): "15.49", cell("stock"): "45"}))
    assert "2 cells saved." in saved(owner, page, why="Counted on Friday.")
    assert (amount(), stock().on_hand, Price.objects.count()) == (1549, 45, before + 1)
    row = StockMovement.objects.first()
    assert (row.change, row.why) == (5, "Counted on Friday.")
    assert row.who


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before the look", "after the look"])
def test_a_cell_that_somebody_else_changed_is_told_and_not_overwritten(owner, when):
    typed = form_of(owner, **{cell("price"): "15.49", cell("stock"): "45"})
    if when == "before the look":
        set_price(SKU, "uk", 1299)
        page = looked(owner, typed)
        assert "is £12.99" in page
    else:
        page = looked(owner, typed)
        set_price(SKU, "uk", 1299)
        assert "is £12.99" in (page := saved(owner, page))
        assert "1 cell saved." in page
        assert stock().on_hand == 45
    assert "Somebody changed it meanwhile" in page
    assert amount() == 1299


@pytest.mark.slow
def test_a_price_that_moves_by_more_than_half_is_saved_once_it_is_said_to_be_meant(owner):
    page = looked(owner, form_of(owner, **{cell("price"): "149.90"}))
    assert "it is meant" in page
    assert "was not ticked" in saved(owner, page)
    assert amount() == 1499
    [key] = re.findall(r'name="meant" value="([^"]+)"', page)
    saved(owner, page, meant=key)
    assert amount() == 14990


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("price", "cheap", "is no amount that can be read"),
        ("price", "0", "Type an amount from"),
        ("stock", "", "0 for none"),
        ("stock", "3", "7 packs belong to orders not sent yet"),
        ("stock", "1.5", "a whole number"),
        ("stock", "1000001", "Type a count up to"),
    ],
)
def test_what_can_not_be_is_refused_with_its_place_and_what_helps(owner, name, text, why):
    row = stock()
    type(row).objects.filter(pk=row.pk).update(held=7)
    page = looked(owner, form_of(owner, **{cell(name): text}))
    assert "Nothing would change" in page
    assert f"{SKU}, UK {name}" in page
    assert why in page
    assert f'value="{text}"' in page, "what was typed stays"


PASTED = "SKU\tUK price\tUS stock\tColour\n cit-cap-90 \t15,49\t\tred\nCIT-CAP-90\t1\t1\nNOT-A-PACK\t1\t2\n"


def test_a_paste_is_read_by_its_heading_and_says_which_lines_it_can_not_take():
    set_price(SKU, "uk", 1499)
    changes, refused = pasted_changes(PASTED.replace("15,49", "15.49"))
    assert [(change.sku, change.cell.label, change.was, change.now) for change in changes] == [
        (SKU, "UK price", 1499, 1549)
    ]
    assert [one.where for one in refused] == ["Line 1", "Line 3", "Line 4"]
    assert "Colour" in refused[0].why
    by_semicolons, _ = pasted_changes("sku;price UK\nCIT-CAP-90;not sold")
    assert [change.now for change in by_semicolons] == [None]
    _, [no_heading] = pasted_changes("CIT-CAP-90\t15.49")
    assert "must name its columns" in no_heading.why


@pytest.mark.slow
def test_a_paste_is_looked_at_and_saved_like_what_is_typed(owner):
    page = looked(owner, {"paste": "SKU\tUK price\tUK stock\nCIT-CAP-90\t15.49\t44"})
    assert "2 cells would change" in page
    saved(owner, page)
    assert (amount(), stock().on_hand) == (1549, 44)


@pytest.mark.slow
def test_the_grid_costs_the_same_however_many_packs_there_are(owner):
    def queries() -> int:
        owner.get(GRID)
        with CaptureQueriesContext(connection) as found:
            assert owner.get(GRID).status_code == 200
        return len(found)

    many_packs(20)
    few = queries()
    many_packs(60)
    assert queries() == few <= 12


@pytest.mark.slow
def test_odd_keys_and_pages_change_nothing(owner):
    for odd in (
        "price:1",
        "price:99999999:uk:1:2",
        "stock:1:uk::",
        "stock:1:uk:1:99999999",
        "price:1:uk:1:0",
        "x",
    ):
        assert (
            "Nothing was changed."
            in owner.post(GRID, {"change": odd, "save": "1"}, follow=True).content.decode()
        )
    assert owner.get(GRID, {"page": "9999", "q": "%_'\x00"}).status_code == 200
    assert signed_in("Marketing").get(GRID).status_code == 403


@pytest.mark.slow
def test_what_was_typed_stays_when_the_page_is_turned_or_another_pack_is_searched(owner):
    many_packs(30)
    typed = form_of(owner, **{cell("price"): "15.49", cell("stock"): "no number"})
    other = again(looked(owner, typed | {"q": ""}))
    assert other["found"] == "", "other words in the search are looked for, with the first button too"
    last = looked(owner, other | {"turn": "2"})
    assert "2 cells that you typed are on other pages" in last
    back = looked(owner, again(last, q=SKU))
    assert again(back)[cell("stock")] == "no number"
    assert "on other pages" not in back
    asked = looked(owner, again(last))
    assert "1 cell would change" in asked
    assert "no number" in asked
    assert amount() == 1499


@pytest.mark.slow
def test_a_page_is_turned_to_an_address_of_its_own_while_nothing_is_typed(owner):
    many_packs(30)
    answer = owner.post(GRID, again(owner.get(GRID).content.decode(), turn="2"))
    assert answer.status_code == 302
    assert "page=2" in answer["Location"]
    assert owner.post(GRID, form_of(owner, q="GLY"))["Location"] == f"{GRID}?q=GLY"
    cells = {}
    for number in range(1, 503):
        cells |= {f"price-{number}-uk": "1", f"price-{number}-uk-was": "2"}
    assert owner.post(GRID, cells | {"turn": "2"}).status_code == 200, "more than are kept are looked at"
