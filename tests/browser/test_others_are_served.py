"""While Stripe says nothing, those who do not pay are served as ever: by the real server, over HTTP."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest

pytestmark = pytest.mark.browser
CHECKOUTS, VISITS = 8, 6  # more checkouts than the server has threads
ADDRESS = {
    "name": "Ada Lovelace", "line1": "1 High Street", "town": "Leeds",
    "postcode": "LS1 4AP", "country": "GB",
}  # fmt: skip


class Visitor:
    """A browser without JavaScript, as far as forms go."""

    def __init__(self, url):
        self.url, self.opener = url, build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, path):
        return self.opener.open(self.url + path, timeout=60).read().decode()

    def send(self, page, action, **fields):
        """Fill in the form of `page` that goes to `action`, with what it holds already."""
        form = next(
            one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'action="{action}"' in one
        )
        kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        body = urlencode({**kept, **fields}).encode()
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.url, "Referer": self.url + action}
        return self.opener.open(Request(self.url + action, body, headers), timeout=60).read().decode()


@pytest.fixture
def silent(site):
    """Stripe takes every call and answers none, until the test ends."""

    def switch(on):
        site.manage(
            f"from shop.payments.sandbox.models import SandboxSwitches; SandboxSwitches(silent={on}).save()"
        )

    yield lambda: switch(True)
    switch(False)


def test_other_visitors_are_served_while_stripe_says_nothing(site, silent):
    packs = "Stock.objects.filter(variant__sku='CIT-CAP-90', region__code='uk')"
    site.manage(f"from shop.catalogue.models import Stock; {packs}.update(on_hand=100)")
    buyers = [Visitor(site.url) for _ in range(CHECKOUTS)]
    forms = []
    for buyer in buyers:
        product = buyer.get("/uk/shop/magnesium-citrate-capsules/")
        buyer.send(product, "/uk/basket/add/", quantity="1")
        forms.append(buyer.get("/uk/checkout/"))
    silent()
    visitor = Visitor(site.url)
    visitor.get("/uk/shop/")
    begun, waiting, answers = threading.Barrier(CHECKOUTS + 1), [CHECKOUTS], []

    def pay(buyer, form, number):
        begun.wait()
        answers.append(buyer.send(form, "/uk/checkout/", **ADDRESS, email=f"ada{number}@example.org"))
        waiting[0] -= 1

    with ThreadPoolExecutor(CHECKOUTS) as pool:
        done = [pool.submit(pay, *what) for what in zip(buyers, forms, range(CHECKOUTS), strict=True)]
        begun.wait()
        time.sleep(0.5)  # until all of them are at the server
        still_waiting = []
        for _ in range(VISITS):
            assert "Magnesium" in visitor.get("/uk/shop/")
            still_waiting.append(waiting[0])
        for one in done:
            one.result()
    assert min(still_waiting) > 0, "each visit ended before the last of those who pay had an answer"
    assert all("nothing was charged" in re.sub(r"\s+", " ", answer).lower() for answer in answers)
