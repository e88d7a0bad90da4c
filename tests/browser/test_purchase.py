"""The purchase in a real Chromium."""

import re

import pytest

from tests.browser import shopping

pytestmark = pytest.mark.browser
PRICE = {"uk": "£11.95", "us": "$13.95", "eu": "€14.95"}


def order_of(page, site):
    token = re.search(r"/orders/([^/]+)/", page.url).group(1)
    [(number, status, total)] = site.rows(
        "SELECT number, status, total FROM orders_order WHERE token = ?", token[:22]
    )
    return number, status, total


def no_sideways_scrolling(page):
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_a_reader_buys_in_each_region(open_page, site, code):
    page = open_page()
    shopping.choose_region(page, code)
    assert PRICE[code][0] in page.locator(".forms").inner_text()
    shopping.add_from_article(page, code)
    assert "Added to your basket: 1 × Magnesium Citrate Capsules" in page.locator(".messages").inner_text()
    assert page.locator("#product-magnesium-citrate-capsules").bounding_box()["y"] < 850
    shopping.to_checkout(page, code)
    assert PRICE[code] in page.locator(".review-box").inner_text()
    shopping.fill_in(page, code)
    shopping.order(page, code)
    assert page.url.startswith("http://localhost:"), "the payment page is another origin"
    shopping.pay(page)
    page.get_by_role("heading", name=re.compile("Confirming your payment|Thank you")).wait_for()
    assert page.url.startswith(site.url)
    shopping.thanked(page)
    number, status, _ = order_of(page, site)
    assert status == "paid"
    assert PRICE[code] in page.locator(".review-box").inner_text()
    assert [subject for (subject,) in site.rows("SELECT subject FROM outbox_mail") if number in subject]
    page.goto(f"/{code}/basket/")
    assert "Your basket is empty" in page.inner_text("main")
    assert page.troubles == []
    assert {host.split(":")[0] for host in page.hosts} == {"127.0.0.1", "localhost"}


def test_the_same_without_javascript(open_page, site):
    page = open_page(javascript=False)
    shopping.choose_region(page, "uk")
    shopping.add_from_article(page, "uk")
    assert page.url.endswith("#product-magnesium-citrate-capsules")
    assert page.title().startswith("Added to your basket")
    assert page.locator("#product-magnesium-citrate-capsules").bounding_box()["y"] < 850
    shopping.add_from_shop(page, "uk", "magnesium-oil-spray", "OIL-SPR-250", quantity=2)
    page.get_by_label("Quantity of Magnesium Oil Spray").fill("3")
    page.get_by_role("button", name="Update quantities").click()
    assert "£44.85" in page.inner_text("main")
    page.get_by_role("button", name="Remove Magnesium Oil Spray").click()
    shopping.to_checkout(page, "uk")
    shopping.fill_in(page, "uk")
    shopping.order(page, "uk")
    shopping.pay(page)
    shopping.thanked(page)
    assert order_of(page, site)[1:] == ("paid", 1195)


@pytest.mark.parametrize("dark", [False, True])
def test_the_same_on_a_phone(open_page, site, dark):
    page = open_page(width=360, dark=dark)
    for path in ("/", "/us/", "/us/shop/", "/us/shop/magnesium-glycinate-capsules/", "/us/articles/",
                 "/us/articles/magnesium-and-restless-legs-guide/", "/us/help/terms/"):  # fmt: skip
        page.goto(path)
        no_sideways_scrolling(page)
    shopping.add_from_shop(page, "us")
    no_sideways_scrolling(page)
    shopping.to_checkout(page, "us")
    no_sideways_scrolling(page)
    shopping.fill_in(page, "us")
    shopping.order(page, "us")
    no_sideways_scrolling(page)
    shopping.pay(page)
    shopping.thanked(page)
    no_sideways_scrolling(page)
    assert page.troubles == []


@pytest.mark.parametrize(
    ("number", "words"),
    [("4000 0000 0000 0002", "Your card was declined"), ("4000 0000 0000 9995", "insufficient funds")],
)
def test_a_card_that_does_not_pay_and_then_one_that_does(open_page, site, number, words):
    page = open_page()
    shopping.buy_everything(page, "uk")
    shopping.pay(page, number)
    assert words in page.get_by_role("alert").inner_text()
    assert "not been charged" in page.get_by_role("alert").inner_text()
    shopping.pay(page)
    shopping.thanked(page)
    assert order_of(page, site)[1] == "paid"


@pytest.mark.parametrize("number", ["4000 0025 0000 3155", "4000 0000 0000 3220"])
def test_three_d_secure_fails_and_then_passes(open_page, site, number):
    page = open_page()
    shopping.buy_everything(page, "eu")
    shopping.pay(page, number)
    page.get_by_role("button", name="It fails").click()
    assert "could not confirm" in page.get_by_role("alert").inner_text()
    shopping.pay(page, number)
    page.get_by_role("button", name="Yes, it is me").click()
    shopping.thanked(page)
    assert order_of(page, site)[1] == "paid"


def test_a_guest_withdraws_from_a_footer_and_says_by_mail_that_it_was_them(open_page, site):
    """On a phone and without JavaScript: two steps, a receipt, one link in the buyer's mailbox, one pack of two."""
    page = open_page(width=360, javascript=False)
    shopping.add_from_shop(page, "eu", quantity=2)
    shopping.to_checkout(page, "eu")
    shopping.fill_in(page, "eu", email="grace@navy.example")
    shopping.order(page, "eu")
    shopping.pay(page)
    shopping.thanked(page)  # the buyer's own address is asked about what was paid
    number = page.get_by_role("heading", name=re.compile("Order ")).inner_text().split()[1]
    page.goto("/eu/articles/")
    page.get_by_role("link", name="Withdraw from contract here").click()
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_label("Order number").fill(number.lower())
    page.locator("main").get_by_label("E-mail").fill("other@address.example")
    page.get_by_role("button", name="Continue").click()
    no_sideways_scrolling(page)
    assert "Nothing was sent yet" in page.inner_text("main")
    page.get_by_role("button", name="Change something").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Confirm withdrawal").click()
    page.get_by_role("heading", name="We have received it").wait_for()
    no_sideways_scrolling(page)
    [(text,)] = site.rows(
        "SELECT text FROM outbox_mail WHERE key LIKE 'withdrawal-question:%' AND \"to\" = 'grace@navy.example'"
    )
    page.goto(re.search(r"https?://[^/]+(/withdrawals/\S+)", text).group(1))
    no_sideways_scrolling(page)
    page.get_by_label("Packs, of 2").fill("1")
    page.get_by_label("Sealed?").select_option("Still sealed")
    page.get_by_role("button", name="Yes, it was me").click()
    assert "1 × Magnesium Citrate Capsules" in page.inner_text("main")
    rows = site.rows(
        "SELECT w.quantity, w.sealed FROM withdrawal_withdrawalline w JOIN withdrawal_withdrawal d"
        " ON d.id = w.withdrawal_id WHERE d.email = 'other@address.example'"
    )
    assert rows == [(1, "yes")]
    page.get_by_role("link", name="To the order").click()
    assert "Withdrawn on" in page.inner_text("main")
    no_sideways_scrolling(page)
    assert page.troubles == []


def test_a_slow_method_is_awaited(open_page, site):
    """On a busy machine the money may have come before the page is drawn; the order's timeline has both."""
    page = open_page()
    shopping.buy_everything(page, "eu")
    page.get_by_role("button", name="it will succeed").click()
    page.get_by_role("heading", name=re.compile("Your payment is on its way|Thank you")).wait_for()
    moves = site.rows(
        "SELECT became FROM orders_orderevent JOIN orders_order ON orders_order.id = order_id WHERE number = ?",
        order_of(page, site)[0],
    )
    assert ("awaiting_payment",) in moves


def test_leaving_the_payment_page_brings_everything_back(open_page, site):
    page = open_page()
    shopping.buy_everything(page, "uk")
    orders = site.rows("SELECT count(*) FROM orders_order")
    page.get_by_role("link", name="Back to the shop").click()
    page.get_by_role("heading", name="Not paid yet").wait_for()
    assert "Nothing was charged" in page.inner_text("main")
    page.get_by_role("button", name="Pay now").click()
    page.wait_for_url("**/sandbox/pay/**")  # the same page, or a new one if the worker has closed it by now
    page.go_back()
    page.goto("/uk/basket/")
    assert "Magnesium Citrate Capsules" in page.inner_text("main")
    page.goto("/uk/checkout/")
    assert page.get_by_label("Full name").input_value() == "Ada Lovelace"
    shopping.order(page, "uk")
    assert site.rows("SELECT count(*) FROM orders_order") == orders, "the same order"
    page.get_by_role("link", name="Back to the shop").click()
    page.get_by_role("button", name="Cancel this order").click()
    page.get_by_role("heading", name="This order was cancelled").wait_for()
    assert order_of(page, site)[1] == "cancelled"
    page.goto("/uk/basket/")
    assert "Magnesium Citrate Capsules" in page.inner_text("main")


def test_a_double_click_orders_once(open_page, site):
    page = open_page()
    shopping.add_from_shop(page, "uk")
    shopping.to_checkout(page, "uk")
    email = "double@example.org"
    shopping.fill_in(page, "uk", email)
    page.get_by_role("button", name=shopping.BUTTON["uk"]).dblclick()
    page.wait_for_url("**/sandbox/pay/**")
    assert site.rows("SELECT count(*) FROM orders_order WHERE email = ?", email) == [(1,)]


def test_two_tabs_and_a_price_that_changes_end_in_a_question_and_a_kept_basket(open_page, site):
    page = open_page()
    shopping.add_from_shop(page, "uk", "magnesium-glycinate-powder")
    shopping.to_checkout(page, "uk")
    shopping.fill_in(page, "uk", "tabs@example.org")
    tab = page.context.new_page()
    tab.goto("/uk/shop/magnesium-glycinate-powder/")
    site.manage(
        "from shop.catalogue.models import *; from shop.regions.models import Region;"
        "Price.objects.create(variant=Variant.objects.get(sku='GLY-PWD-200'),"
        " region=Region.objects.get(code='uk'), amount=1999)"
    )
    tab.locator(".buy").get_by_role("button", name="Add to basket").click()
    tab.get_by_role("heading", name="The price has changed").wait_for()
    assert "was £18.95 and is now £19.99" in tab.inner_text("main")
    page.get_by_role("button", name=shopping.BUTTON["uk"]).click()
    page.wait_for_url("**/uk/basket/")
    assert "was £18.95, now £19.99" in page.inner_text("main")
    assert site.rows("SELECT count(*) FROM orders_order WHERE email = ?", "tabs@example.org") == [(0,)]
    page.get_by_role("button", name="That’s fine").click()
    shopping.to_checkout(page, "uk")
    assert page.get_by_label("Full name").input_value() == "Ada Lovelace"
    shopping.order(page, "uk")
    assert "£19.99" in page.inner_text("h1")


def test_sold_out_in_between_ends_in_a_clear_page_and_a_kept_basket(open_page, site):
    page = open_page()
    shopping.add_from_shop(page, "eu", "magnesium-citrate-powder")
    shopping.add_from_shop(page, "eu", "magnesium-oil-spray")
    shopping.to_checkout(page, "eu")
    shopping.fill_in(page, "eu", "late@example.org")
    site.manage(
        "from shop.catalogue.models import Stock;"
        "row = Stock.objects.get(variant__sku='CIT-PWD-250', region__code='eu'); row.on_hand = row.held; row.save()"
    )
    page.get_by_role("button", name=shopping.BUTTON["eu"]).click()
    assert "The total is €10.95" in page.get_by_role("alert").inner_text()
    assert "Not in this order: Magnesium Citrate Powder" in page.inner_text(".review-box")
    assert site.rows("SELECT count(*) FROM orders_order WHERE email = ?", "late@example.org") == [(0,)]


def test_switching_the_region_at_checkout_keeps_what_was_typed(open_page):
    page = open_page()
    shopping.add_from_shop(page, "uk")
    shopping.to_checkout(page, "uk")
    shopping.fill_in(page, "uk")
    page.get_by_label("Country").select_option("US")
    page.locator("#id_postcode").fill("97201")
    page.get_by_role("button", name=shopping.BUTTON["uk"]).click()
    page.get_by_role("button", name="Switch to the US shop").click()
    page.get_by_role("heading", name="Switch to the US?").wait_for()
    page.get_by_role("button", name="Switch to the US").click()
    page.wait_for_url("**/us/checkout/")
    assert page.get_by_label("Full name").input_value() == "Ada Lovelace"
    assert "$13.95" in page.inner_text(".review-box")


def test_control_without_the_payment_origin_the_browser_stops_the_redirect(open_page):
    """The same order under `form-action 'self'`: Chromium refuses the way to the other origin."""
    page = open_page()
    shopping.add_from_shop(page, "uk")
    shopping.to_checkout(page, "uk")

    def strict(route):
        answer = route.fetch()
        policy = re.sub(r"form-action [^;]+", "form-action 'self'", answer.headers["content-security-policy"])
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    page.route(
        "**/uk/checkout/", lambda route: strict(route) if route.request.method == "GET" else route.continue_()
    )
    page.reload()
    shopping.fill_in(page, "uk")
    page.get_by_role("button", name=shopping.BUTTON["uk"]).click()
    page.wait_for_timeout(1500)
    assert "/sandbox/pay/" not in page.url
    assert any("form-action" in text for text in page.troubles)


@pytest.mark.parametrize("lost", [1, 2])
def test_packs_are_added_once_though_the_answer_was_lost(open_page, site, lost):
    """The shop takes the form, then the line breaks, once or again at the second try; the browser sends it anew."""
    page = open_page()
    page.goto("/uk/shop/magnesium-oil-spray/?variant=OIL-SPR-250")
    sent = []

    def lose(route):
        sent.append(route.request.post_data)
        if len(sent) > lost:
            route.continue_()
            return
        answer = route.fetch(max_redirects=0)
        cookies = [row["value"] for row in answer.headers_array if row["name"].lower() == "set-cookie"]
        values = [text.split(";")[0].split("=", 1)[1] for text in cookies if text.startswith("sessionid=")]
        page.context.add_cookies([{"name": "sessionid", "value": one, "url": site.url} for one in values])
        route.abort()

    page.route("**/uk/basket/add/", lose)
    page.locator(".buy").get_by_role("button", name="Add to basket").click()
    page.wait_for_timeout(1000)
    for _ in range(lost - 1):  # the browser's own page of an error: the shopper loads it again
        page.reload()
    page.goto("/uk/basket/")
    assert len(sent) == lost + 1
    assert len({re.search(r"once=(\w{32})", body).group(1) for body in sent}) == 1
    assert page.locator("[name=quantity-OIL-SPR-250]").input_value() == "1"
    page.unroute("**/uk/basket/add/")
    shopping.add_from_shop(page, "uk", "magnesium-oil-spray", "OIL-SPR-250")
    shopping.add_from_shop(page, "uk", "magnesium-oil-spray", "OIL-SPR-250")
    page.goto("/uk/basket/")
    assert page.locator("[name=quantity-OIL-SPR-250]").input_value() == "3"


@pytest.mark.parametrize("javascript", [True, False])
def test_back_and_reload_never_ask_to_send_a_form_again(open_page, javascript):
    page = open_page(javascript=javascript)
    page.goto("/uk/shop/magnesium-citrate-capsules/")
    page.locator(".buy").get_by_role("button", name="Add to basket").click()
    page.wait_for_timeout(500)
    shopping.to_checkout(page, "uk")
    shopping.fill_in(page, "uk", "not an address")
    page.get_by_role("button", name=shopping.BUTTON["uk"]).click()
    page.locator("#id_email.is-invalid").wait_for()
    assert page.reload().request.method == "GET"
    assert page.get_by_label("Full name").input_value() == "Ada Lovelace"
    assert page.locator("#id_email.is-invalid").count() == 1
    page.get_by_label("E-mail").fill("back@example.org")
    shopping.order(page, "uk")
    shopping.pay(page, "4000 0000 0000 0002")
    page.get_by_text("Your card was declined").wait_for()
    assert page.reload().request.method == "GET"
    while "/checkout/" not in page.url:
        assert page.go_back().request.method == "GET"
    page.get_by_role("heading", name="Checkout").wait_for()
    assert page.get_by_label("Full name").input_value() == "Ada Lovelace"
    assert page.get_by_label("E-mail").input_value() == "back@example.org"
    assert page.locator(".is-invalid").count() == 0
