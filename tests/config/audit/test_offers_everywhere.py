"""One offer(), and every place says the same: `manage.py check_offers`."""

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from config.audit.read import PLACES
from config.audit.report import as_table, walk_all
from shop.attribution.count import _hits
from shop.basket.models import Basket
from shop.catalogue.models import Hold, Product, Variant
from shop.orders.models import Order
from shop.outbox.models import Mail
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.factories import region, set_price, set_stock, shown_next

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
TEMPLATES = Path(settings.BASE_DIR) / "templates"


def sell_only(*skus):
    """A walk takes its time for each variant; a few are enough to see a fault."""
    Variant.objects.exclude(sku__in=skus).delete()


TILL = "basket, checkout, Stripe, order, mail"


def faults(place: str):
    """What is wrong in one place in the UK."""
    sell_only("CIT-CAP-90", "GLY-CAP-90")
    return as_table(walk_all([region("uk")], only=place))[1]


def run(*options):
    out = io.StringIO()
    try:
        call_command("check_offers", *options, stdout=out)
        return 0, out.getvalue()
    except SystemExit as ended:
        return ended.code, out.getvalue()


def test_every_place_names_every_offer_in_every_region():
    code, output = run()
    assert (code, "0 differences" in output) == (0, True), output
    assert "WRONG" not in output
    assert output.count("CIT-CAP-90") == len(Region.all_open()) == 5
    assert len(PLACES) >= 5


def test_the_walk_leaves_nothing_behind():
    sell_only("CIT-CAP-90", "GLY-CAP-90")
    run("--region", "uk")
    for model in (Basket, Order, Hold, Mail):
        assert not model.objects.exists(), model
    assert not _hits


def test_an_order_link_whose_token_looks_like_pence_is_no_price():
    """Tokens are drawn at random; this one stood in a mail and turned the walk red by chance."""
    from config.audit.read import MONEY

    assert MONEY.findall("See it: http://127.0.0.1:8000/orders/Zk_x-a4p/ or /orders/4p/ or ?t=4p/") == []
    assert MONEY.findall("13.3p per capsule, 11p/capsule, £11.95") == ["13.3p", "11p", "£11.95"]


def test_each_place_is_walked_alone_without_a_fault_of_its_own():
    for one in PLACES:
        assert faults(one.name) == [], one.name


def test_it_walks_sold_out_and_not_sold_and_withdrawn_too():
    sell_only(
        "CIT-CAP-90",
        "CIT-CAP-180",
        "GLY-CAP-90",
        *Variant.objects.filter(product__slug="magnesium-oil-spray").values_list("sku", flat=True),
    )
    set_stock("CIT-CAP-90", "uk", 0)
    set_price("GLY-CAP-90", "eu", None)
    Product.objects.filter(slug="magnesium-oil-spray").update(is_active=False)
    set_price("CIT-CAP-180", "us", 4321)
    code, output = run()
    assert code == 0, output


@pytest.mark.parametrize(
    ("place", "template", "true", "typed"),
    [
        ("list", "components/price.jinja", "{{ offer.price }}", "£9.99"),
        ("list", "components/price.jinja", "{{ offer.tax_words }}", "incl. tax"),
        ("list", "components/product_card.jinja", "{{ card.summary }}", "{{ card.summary }} Now only £5.00!"),
        (
            "product",
            "catalogue/product_detail.html",
            "with price=offer.price tax=offer.tax_words %}Delivery free",
            'with price="£11.95" tax=offer.tax_words %}Delivery free',
        ),
        (TILL, "basket/basket.html", "price=row.offer.price", 'price="€1.23"'),
        (TILL, "checkout/checkout.html", "{{ quote.goods_text }}", "$19.99"),
        (TILL, "emails/lines.html", "{{ line.total_text }}", "£7.77"),
        (TILL, "emails/order_paid.txt", "{{ line.total_text }}", "£7.77"),
        (TILL, "checkout/order.html", "{{ line.total_text }}", "£7.77"),
        ("home", "pages/data/home_forms.html", "price=card.offer.price", 'price="£7.77"'),
    ],
)
def test_a_price_typed_into_a_template_turns_it_red(monkeypatch, place, template, true, typed):
    from django.template import engines
    from django.template.loaders.filesystem import Loader
    from jinja2 import FileSystemLoader

    from shop.web.components import environment

    source = (TEMPLATES / template).read_text()
    assert true in source, "the template says it otherwise now: change this test with it"
    path, read = str(TEMPLATES / template), Loader.get_contents

    def with_typed(self, origin):
        return source.replace(true, typed) if origin.name == path else read(self, origin)

    def compiled_with_typed(self, env, name):
        found, *rest = read_compiled(self, env, name)
        return (source.replace(true, typed) if name == template else found), *rest

    read_compiled = FileSystemLoader.get_source
    monkeypatch.setattr(FileSystemLoader, "get_source", compiled_with_typed)
    monkeypatch.setattr(Loader, "get_contents", with_typed)
    loader = engines["django"].engine.template_loaders[0]
    loader.reset()
    environment.cache_clear()
    try:
        assert faults(place), f"{typed} in {template} went unnoticed"
    finally:
        monkeypatch.undo()
        loader.reset()
        environment.cache_clear()


def test_the_faults_as_json_and_a_wrong_region_in_a_line():
    sell_only("CIT-CAP-90", "GLY-CAP-90")
    code, output = run("--region", "us", "--json")
    assert (code, json.loads(output)) == (0, {"faults": []})
    with pytest.raises(CommandError, match="no open region"):
        run("--region", "xx")


def test_a_price_that_changed_while_an_article_was_open_is_shown_before_anything_is_added():
    """The open page carries what was seen; the next add says old and new and adds nothing."""
    set_price("CIT-CAP-90", "uk", 1549)
    shopper = a_shopper()
    output = shown_next(shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90", "seen": "1195"}))
    assert "was £11.95" in output
    assert "now £15.49" in output
    assert "Your basket is empty" in shopper.get("/uk/basket/").content.decode()
