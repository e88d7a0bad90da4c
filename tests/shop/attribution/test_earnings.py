"""What an article earns: counted without a cookie, without a person, to the cent."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import Article
from config.staff.earnings import Period, article_parts, campaign_parts, shop_revenue
from shop.attribution.count import count_sale, flush, fold
from shop.attribution.models import ArticleDay, CampaignDay, Tally
from shop.attribution.origins import Origin, allocate, campaign_of, read_source, spread, with_origin
from shop.basket.models import Basket, BasketLine
from shop.catalogue.models import Hold, Product
from shop.orders.models import Order
from shop.payments.models import Refund
from shop.payments.reconcile import send_refunds
from shop.payments.sandbox.stripe.sessions import pay
from shop.payments.start import start_payment
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.factories import HOME, deliver_events, post_with_token, region, session_of, variant
from tests.support.orders import a_code, order_with
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
LABELS = "citrate-glycinate-oxide-label-guide"
LEGS = "magnesium-and-restless-legs-guide"
PERIOD = Period.of({"days": "7"})


def forms_of(html, sku):
    """The hidden fields of the page's add form for a pack."""
    for form in re.findall(r'<form class="add-form".*?</form>', html, re.DOTALL):
        fields = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', form))
        if fields.get("variant") == sku:
            return fields
    raise AssertionError(f"no form for {sku}")


def add_from(shopper, page, sku, quantity=1):
    fields = forms_of(shopper.get(page).content.decode(), sku)
    code = page.split("/")[1]
    shopper.post(f"/{code}/basket/add/", {**fields, "quantity": quantity})


def buy(shopper, code="uk"):
    address = HOME[code]
    typed = {name: getattr(address, name) for name in ("name", "line1", "line2", "town", "state", "postcode", "country")}  # fmt: skip
    page = f"/{code}/checkout/"
    shown = re.search(r'name="shown_total" value="(\d+)"', shopper.get(page).content.decode()).group(1)
    sent = {**typed, "email": "ada@example.org", "shown_total": shown}
    answer = post_with_token(shopper, page, page, sent)
    if answer.status_code != 303:  # the tax came on top: look again, then order
        shown = re.search(r'name="shown_total" value="(\d+)"', answer.content.decode()).group(1)
        post_with_token(shopper, page, page, {**sent, "shown_total": shown})
    order = Order.objects.latest("pk")
    pay(session_of(order))
    deliver_events()
    order.refresh_from_db()
    assert order.is_paid
    return order


def report(code="uk"):
    flush()
    fold()
    [part] = article_parts(PERIOD, [region(code)], True)
    return part, {line.name: line for line in part.lines}


def title(slug):
    return Article.objects.get(slug=slug).newest().title


def first_sku(page):
    return re.search(r'name="variant" value="([^"]+)"', page.content.decode()).group(1)


@pytest.mark.slow
def test_the_report_equals_what_was_computed_by_hand():
    """Five shoppers: two read and leave, one buys from the article, one by way of a card, one without any."""
    page = f"/uk/articles/{LABELS}/"
    for _ in range(2):
        a_shopper().get(page)
    one = a_shopper()
    sku = first_sku(one.get(page))
    add_from(one, page, sku, 2)  # reads it once more
    direct = buy(one)
    other = a_shopper()
    card = re.search(r'class="card__name">\s*<a href="([^"]+)"', other.get(page).content.decode()).group(1)
    assert "source=" in card
    html = other.get(card).content.decode()
    offered = re.search(r'name="variant" value="([^"]+)"', html).group(1)
    other.get(f"{card}&variant={offered}")  # choosing a pack is no second click
    other.post("/uk/basket/add/", {**forms_of(html, offered), "quantity": "1"})
    assisted = buy(other)
    third = a_shopper()
    third.post("/uk/basket/add/", {"variant": "EPS-CRY-1000", "quantity": "1"})
    plain = buy(third)

    part, lines = report()
    article, none = lines[title(LABELS)], lines["No article"]
    assert (article.views, article.clicks) == (5, 1)
    assert (article.adds, article.assisted_adds) == (1, 1)
    assert (article.orders, article.assisted_orders) == (1, 1)
    assert (article.units, article.assisted_units) == (2, 1)
    net = [order.goods_total - order.tax_total for order in (direct, assisted, plain)]
    assert [article.net, article.assisted_net, none.net] == net
    assert part.is_right
    assert part.shop == sum(net) == shop_revenue(region("uk"), PERIOD)


@pytest.mark.slow
@pytest.mark.parametrize("code", ["us", "eu"])
def test_each_region_counts_in_its_own_currency_without_tax(code):
    page = f"/{code}/articles/{LABELS}/"
    shopper = a_shopper()
    add_from(shopper, page, first_sku(shopper.get(page)))
    order = buy(shopper, code)
    part, lines = report(code)
    net = order.goods_total - (order.tax_total if order.tax_included else 0)
    assert lines[title(LABELS)].net == net
    assert part.is_right
    assert report("uk")[1] == {}


@pytest.mark.walk
@pytest.mark.parametrize("where", ["uk", "us", "eu"])
@pytest.mark.parametrize(("percent", "amount"), [(10, None), (None, 500), (33, None)])
def test_a_discount_code_is_no_difference_between_the_shop_and_its_articles(where, percent, amount):
    a_code("CODE", regions=[where], amount=amount, **({"percent": percent} if percent else {}))
    for skus in (["CIT-CAP-90"], ["CIT-CAP-90", "EPS-CRY-1000"] if where != "us" else ["GLY-CAP-90"]):
        order = order_with("CODE", *skus, where=where, quantity=2)
        start_payment(order)
        if order.total:
            pay(session_of(order))
            deliver_events()
        order.refresh_from_db()
        assert order.is_paid
    part, _ = report(where)
    assert part.total.net + part.total.assisted_net == part.shop
    assert part.is_right
    page = signed_in().get(f"/admin/earnings/?region={where}").content.decode()
    assert "not the sum above" not in page


@pytest.mark.slow
def test_packs_from_two_articles_count_for_each_and_the_first_stay_when_some_are_taken_out():
    shopper = a_shopper()
    sku = first_sku(shopper.get(f"/uk/articles/{LABELS}/"))
    add_from(shopper, f"/uk/articles/{LABELS}/", sku, 2)
    source = Article.objects.get(slug=LEGS).source
    shopper.post("/uk/basket/add/", {"variant": sku, "quantity": "3", "source": source})
    post_with_token(shopper, "/uk/basket/", "/uk/basket/update/", {f"quantity-{sku}": "4"})
    order = buy(shopper)
    _, lines = report()
    assert (lines[title(LABELS)].units, lines[title(LEGS)].units) == (2, 2)
    assert lines[title(LABELS)].net + lines[title(LEGS)].net == order.goods_total - order.tax_total


@pytest.mark.slow
def test_a_refund_is_spread_over_the_articles_of_that_product_region_and_day_by_share():
    sku = "CIT-CAP-90"
    orders = []
    for slug in (LABELS, LABELS, None):
        shopper = a_shopper()
        source = Article.objects.get(slug=slug).source if slug else ""
        shopper.post("/uk/basket/add/", {"variant": sku, "quantity": "1", "source": source})
        orders.append(buy(shopper))
    payment = orders[2].payments.get()
    Refund.objects.create(payment=payment, amount=payment.amount, reason="Sent back")
    send_refunds()
    deliver_events()
    deliver_events()  # told again, counted once
    net = orders[2].goods_total - orders[2].tax_total
    part, lines = report()
    assert [lines[title(LABELS)].refunded, lines["No article"].refunded] == spread(net, [2, 1])[:2]
    assert part.total.refunded == net


@pytest.mark.slow
def test_the_same_cookies_with_and_without_a_source_and_none_for_reading():
    page = f"/uk/articles/{LABELS}/"
    reader = a_shopper()
    reader.get(page)
    card = re.search(r'class="card__name">\s*<a href="([^"]+)"', reader.get(page).content.decode()).group(1)
    reader.get(card)
    assert not reader.cookies
    plain, with_source = a_shopper(), a_shopper()
    plain.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    with_source.post(
        "/uk/basket/add/", {"variant": "CIT-CAP-90", "source": Article.objects.get(slug=LABELS).source}
    )
    assert set(plain.cookies) == set(with_source.cookies)


@pytest.mark.slow
def test_nothing_of_a_settled_order_leads_to_an_article():
    shopper = a_shopper()
    source = Article.objects.get(slug=LABELS).source
    for _ in range(2):
        shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90", "source": source, "utm_source": "letter"})
    order = buy(shopper)
    shopper.post("/uk/basket/add/", {"variant": "EPS-CRY-1000", "source": source})
    fold()
    assert list(order.lines.values_list("origins", flat=True)) == [[]]
    assert order.basket_pk is None
    assert set(Hold.objects.values_list("visitor", flat=True)) == {""}
    assert not Tally.objects.exists()
    assert BasketLine.objects.get().origins, "what is not bought yet may still know it"


def test_no_path_of_models_leads_from_a_person_to_the_totals():
    """Walk every foreign key, both ways, from orders, baskets, mails and people: the counters are never reached."""
    shared = {"Region", "Product", "Variant", "ContentType", "Permission", "Group"}  # rows about nobody
    seen, to_walk = set(), [Order, Basket, User, apps.get_model("outbox", "Mail"), apps.get_model("sessions", "Session")]  # fmt: skip
    while to_walk:
        model = to_walk.pop()
        if model in seen or model.__name__ in shared:
            continue
        seen.add(model)
        to_walk += [field.related_model for field in model._meta.get_fields() if field.related_model]
    assert {Order, BasketLine, Refund} <= seen
    assert not {ArticleDay, CampaignDay, Tally, Article} & seen
    for model in (ArticleDay, CampaignDay, Tally):
        names = {field.name for field in model._meta.get_fields()}
        assert not names & {"order", "basket", "user", "email", "session", "ip", "at", "created_at"}


def test_a_page_from_the_cache_counts_and_a_robot_does_not():
    page = f"/uk/articles/{LABELS}/"
    for _ in range(3):
        a_shopper().get(page)
    a_shopper().get(page, HTTP_USER_AGENT="Mozilla/5.0 (compatible; Googlebot/2.1)")
    a_shopper().get(page, HTTP_SEC_PURPOSE="prefetch")
    a_shopper().head(page)
    signed_in().get(page)
    assert report()[1][title(LABELS)].views == 3


def test_reading_costs_no_query_for_the_counting(django_assert_num_queries):
    page = f"/uk/articles/{LABELS}/"
    a_shopper().get(page)
    with django_assert_num_queries(1):  # the content version
        a_shopper().get(page)


@pytest.mark.slow
def test_a_forged_source_counts_for_nothing():
    shopper = a_shopper()
    for forged in ("1", "1:abc", "x" * 200, "", "0:" + "a" * 27, "\x00"):
        shopper.get("/uk/shop/magnesium-citrate-capsules/", {"source": forged})
        shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90", "source": forged})
    buy(shopper)
    assert set(report()[1]) == {"No article"}


@pytest.mark.slow
def test_a_campaign_travels_in_links_and_forms_and_ends_in_totals():
    shopper = a_shopper()
    html = shopper.get("/uk/articles/?utm_source=Letter&utm_campaign=november").content.decode()
    link = re.search(rf'href="(/uk/articles/{LABELS}/[^"]*)"', html).group(1).replace("&amp;", "&")
    assert "utm_campaign=november" in link
    page = shopper.get(link).content.decode()
    card = re.search(r'class="card__name">\s*<a href="([^"]+)"', page).group(1).replace("&amp;", "&")
    product = shopper.get(card).content.decode()
    fields = forms_of(product, re.search(r'name="variant" value="([^"]+)"', product).group(1))
    assert fields["utm_campaign"] == "november"
    shopper.post("/uk/basket/add/", fields)
    order = buy(shopper)
    flush()
    fold()
    [part] = campaign_parts(PERIOD, [region("uk")], True)
    [line] = part.lines
    assert line.name == "letter / – / november"
    assert (line.views, line.adds, line.orders) == (3, 1, 1)
    assert line.net == order.goods_total - order.tax_total
    assert "utm" not in str(order.legal)


@pytest.mark.parametrize("name", ["No article", "0", "Zinc"])
def test_a_campaign_stands_where_its_money_puts_it_whatever_its_name(name):
    for campaign, net in ((name, 900), ("autumn", 500)):
        CampaignDay.objects.create(day=PERIOD.last, region=region("uk"), campaign=campaign, net=net, orders=9)
    [part] = campaign_parts(PERIOD, [region("uk")], True)
    assert [line.name for line in part.lines] == [name, "autumn"]


def test_what_no_article_led_to_stands_last():
    article = Article.objects.first()
    for pk, net in ((0, 900), (article.pk, 500)):
        ArticleDay.objects.create(day=PERIOD.last, region=region("uk"), article=pk, net=net, orders=9)
    [part] = article_parts(PERIOD, [region("uk")], True)
    assert [line.name for line in part.lines][-1] == "No article"


def test_a_hostile_campaign_breaks_no_page_and_stays_a_name():
    html = a_shopper().get('/uk/?utm_campaign="><script>alert(1)</script>&utm_source=a').content.decode()
    assert "<script>alert" not in html
    assert campaign_of({"utm_campaign": '"><script>', "utm_source": "A" * 99}) == f"{'a' * 40} / – / script"


def test_pages_without_a_campaign_stay_as_they_are():
    assert "utm_" not in a_shopper().get("/uk/").content.decode()


@pytest.mark.slow
def test_small_numbers_are_hidden_from_marketing_and_shown_to_the_owner():
    uk = region("uk")
    article = Article.objects.get(slug=LABELS)
    for _ in range(4):
        count_sale(uk, timezone.now(), [(variant().product_id, 1, 996, [[article.pk, False, "", 1]])])
    marketing, owner = signed_in("Marketing"), signed_in("Owner")
    page = marketing.get("/admin/earnings/?region=uk").content.decode()
    assert "&lt; 5" in page
    assert "£39.84" not in page
    assert "£39.84" in owner.get("/admin/earnings/?region=uk").content.decode()
    export = marketing.get("/admin/earnings/?region=uk&as=csv").content.decode()
    assert "<5" in export
    assert "39.84" not in export
    count_sale(uk, timezone.now(), [(variant().product_id, 1, 996, [[article.pk, False, "", 1]])])
    assert "£49.80" in marketing.get("/admin/earnings/?region=uk").content.decode()


def test_the_csv_says_what_the_page_says():
    uk = region("uk")
    count_sale(uk, timezone.now(), [(variant().product_id, 1, 996, [])])
    export = signed_in().get("/admin/earnings/?region=uk&as=csv").content.decode()
    [row] = csv.DictReader(io.StringIO(export.removeprefix("\ufeff")))
    assert (row["article"], row["currency"], row["net"], row["earned"]) == (
        "No article",
        "GBP",
        "9.96",
        "9.96",
    )


@pytest.mark.parametrize("query", ["days=x", "days=99999999999", "from=2026-13-01&to=x", "region=xx", "from=1900-01-01&to=2999-01-01"])  # fmt: skip
def test_nonsense_filters_give_a_page(query):
    assert signed_in().get(f"/admin/earnings/?{query}").status_code == 200


@pytest.mark.slow
def test_who_may_look():
    for role, status in (("Marketing", 200), ("Editor", 200), ("Owner", 200), ("Orders", 403)):
        assert signed_in(role).get("/admin/earnings/").status_code == status, role


def test_adding_up_twice_adds_once_and_days_are_the_regions_own():
    us = Region.objects.get(code="us")
    late = timezone.now().replace(hour=2, minute=0)  # still yesterday in New York
    count_sale(us, late, [(variant().product_id, 1, 100, [])])
    fold()
    assert fold() == 0
    row = ArticleDay.objects.get(region=us, article=0, product=variant().product)
    assert row.net == 100
    assert row.day == (late - timedelta(hours=6)).date()


def test_the_parts_of_a_sum_are_the_sum():
    assert spread(100, [1, 1, 1]) == [34, 33, 33]
    assert spread(-100, [1, 1, 1]) == [-34, -33, -33]
    assert spread(5, []) == []
    assert spread(7, [0, 0]) == [7, 0]
    rows = with_origin(with_origin([], Origin(3), 2), Origin(4, True), 1)
    assert allocate(rows, 2) == [(Origin(3), 2)]
    assert allocate(rows, 5) == [(Origin(3), 2), (Origin(4, True), 1), (Origin(), 2)]
    assert read_source(Article.objects.first().source) == Article.objects.order_by("pk").first().pk


@pytest.mark.slow
def test_the_report_costs_the_same_with_many_articles(django_assert_max_num_queries):
    uk = region("uk")
    product = Product.objects.first()
    today = timezone.localdate()
    ArticleDay.objects.bulk_create(
        ArticleDay(day=today, region=uk, article=n, product=own, net=n, units=1)
        for n in range(1, 300)
        for own in (None, product)
    )
    owner = signed_in()
    with django_assert_max_num_queries(33):
        owner.get("/admin/earnings/")
