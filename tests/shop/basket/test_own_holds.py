"""Packs that a shopper's own unpaid order holds never block the shopper: they do on every page for everybody else."""

import pytest

from articles.models import Article
from shop.basket.models import Basket
from shop.catalogue.models import Collection, Variant
from shop.content.memo import forget_all
from shop.orders.models import Order
from shop.payments.sandbox.stripe import sessions
from tests.conftest import a_shopper
from tests.support.factories import (
    deliver_events,
    post_with_token,
    region,
    session_of,
    set_stock,
    stock,
    variant,
)

pytestmark = pytest.mark.django_db

SKU = "CIT-CAP-90"
TYPED = {"email": "a@example.org", "name": "A", "country": "GB", "line1": "1", "line2": "", "town": "Leeds",
         "postcode": "LS1 4AP"}  # fmt: skip


def left_at_payment(shopper, quantity, total) -> Order:
    shopper.post("/uk/basket/add/", {"variant": SKU, "quantity": str(quantity)})
    answer = post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", {**TYPED, "shown_total": str(total)})
    assert "/sandbox/pay/" in answer["Location"]
    return Order.objects.latest("pk")


ADD = f'name="variant" value="{SKU}">\n  <input type="hidden" name="seen"'  # the alert's form has no price


def show_it_everywhere() -> list[str]:
    """The paths of pages on which the pack can be added, of every kind."""
    citrate = variant(SKU).product
    Variant.objects.filter(product=citrate).exclude(sku=SKU).update(is_active=False)
    hand = Collection.objects.create(slug="by-hand", name="By hand", summary="s", is_open=True)
    hand.by_hand.create(product=citrate)
    forget_all()
    stranger = a_shopper()
    paths = [
        "/uk/",
        "/uk/shop/",
        citrate.url_in(region("uk")),
        "/uk/search/?q=citrate",
        "/uk/collections/by-hand/",
    ]
    paths += [f"/uk/articles/{slug}/" for slug in Article.objects.values_list("slug", flat=True)[:40]]
    found = [path for path in paths if ADD in stranger.get(path).content.decode()]
    assert {path.split("/")[2] for path in found} >= {"shop", "search", "collections", "articles"}
    return found


@pytest.mark.walk
def test_every_page_offers_the_owner_what_others_find_sold_out(shopper):
    set_stock(SKU, "uk", 2)
    paths = show_it_everywhere()
    left_at_payment(shopper, 2, 2390)
    for path in paths:
        assert ADD not in a_shopper().get(path).content.decode(), path
        assert ADD in shopper.get(path).content.decode(), path
        assert ADD not in a_shopper().get(path).content.decode(), (
            f"{path}: what the owner sees is theirs alone"
        )


@pytest.mark.slow
def test_the_owner_adds_one_more_and_corrects_the_order(shopper):
    set_stock(SKU, "uk", 3)
    first = left_at_payment(shopper, 2, 2390)
    page = shopper.post("/uk/basket/add/", {"variant": SKU}, follow=True).content.decode()
    assert "Added to your basket: 1 ×" in page
    page = shopper.get("/uk/basket/").content.decode()
    assert "only" not in page.split("</main>")[0].split("<main")[1].replace("only-", "")
    answer = post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", {**TYPED, "shown_total": "3585"})
    assert "/sandbox/pay/" in answer["Location"]
    first.refresh_from_db()
    assert (first.status, stock().held) == ("cancelled", 3)


@pytest.mark.slow
@pytest.mark.parametrize(("have", "ordered", "more"), [(2, 2, 1), (5, 3, 9), (1, 1, 99)])
def test_what_can_be_added_at_most_counts_the_own_packs(shopper, have, ordered, more):
    set_stock(SKU, "uk", have)
    left_at_payment(shopper, ordered, ordered * 1195)
    shopper.post("/uk/basket/add/", {"variant": SKU, "quantity": str(more)})
    [line] = Basket.objects.get().lines.all()
    assert line.quantity == have
    update = {f"quantity-{SKU}": str(have)}
    post_with_token(shopper, "/uk/basket/", "/uk/basket/update/", update)
    assert Basket.objects.get().lines.get().quantity == have


@pytest.mark.slow
def test_taking_all_out_and_adding_again_is_not_sold_out(shopper):
    set_stock(SKU, "uk", 1)
    left_at_payment(shopper, 1, 1195)
    post_with_token(shopper, "/uk/basket/", "/uk/basket/update/", {"remove": SKU})
    assert shopper.post("/uk/basket/add/", {"variant": SKU}).status_code == 303
    assert Basket.objects.get().lines.get().quantity == 1
    assert (
        a_shopper().post("/uk/basket/add/", {"variant": SKU}, follow=True).content.decode().count("Sold out")
    )


@pytest.mark.slow
def test_what_is_paid_belongs_to_the_order_and_not_to_the_basket(shopper):
    set_stock(SKU, "uk", 1)
    order = left_at_payment(shopper, 1, 1195)
    sessions.pay(session_of(order))
    deliver_events()
    assert ADD not in shopper.get("/uk/shop/").content.decode()


def test_pages_for_everybody_ask_nothing_more(shopper, django_assert_max_num_queries):
    set_stock(SKU, "uk", 2)
    a_shopper().get("/uk/shop/")
    with django_assert_max_num_queries(2):
        a_shopper().get("/uk/shop/")


@pytest.mark.slow
def test_an_order_that_a_newer_one_took_the_place_of_says_so(shopper):
    """Ordered in two tabs: the first leads nowhere but to words on what became of it."""
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    typed = {"email": "a@example.org", "name": "A", "country": "GB", "line1": "1", "line2": "", "town": "Leeds",
             "postcode": "LS1 4AP", "shown_total": "1195"}  # fmt: skip
    for line in ("1", "2"):
        shopper.post("/uk/checkout/", {**typed, "line1": line})
    newer, older = Order.objects.order_by("-pk")
    assert (newer.status, older.status) == ("pending", "cancelled")
    page = shopper.get(older.get_absolute_url()).content.decode()
    assert "pay for the newer order" in page
    assert "Your basket is as it was" not in page
    shopper.post(f"{newer.get_absolute_url()}cancel/")
    assert "Your basket is as it was" in shopper.get(newer.get_absolute_url()).content.decode()
