"""Ten thousand random baskets: what we say is due is to the cent what Stripe is asked for."""

import random
from types import SimpleNamespace

import pytest

from shop.attribution.origins import spread
from shop.checkout import totals
from shop.codes.discount import Discount
from shop.payments.sandbox.stripe.sessions import _total
from shop.payments.start import session_params
from shop.regions.models import Region
from tests.support.factories import HOME

pytestmark = pytest.mark.django_db
BASKETS = 10_000


class Lines(list):
    def all(self):
        return self


def an_order_of(quote, address, region) -> SimpleNamespace:
    lines = Lines(
        SimpleNamespace(quantity=line.row.quantity, unit_amount=line.row.offer.amount, title="t", label="l")
        for line in quote.lines
    )
    return SimpleNamespace(
        currency=region.currency, number="S1", lines=lines, tax_included=region.prices_include_tax, tax_total=quote.tax,
        state=address.state, delivery_total=quote.delivery, discount_total=quote.off, email="a@b.de", full_url="https://x.example/",
        tax_words=region.tax_words, total_tax_words=region.tax_words, tax_label="Tax",
    )  # fmt: skip


@pytest.mark.slow
def test_ten_thousand_baskets_differ_by_no_cent(monkeypatch):
    chance = random.Random(20261124)
    rates = {}
    real = totals._rate

    def rate(
        region, address, tax_class, at
    ):  # the same answer for the same question, without asking the database
        key = (region.pk, tax_class)
        if key not in rates:
            rates[key] = real(region, address, tax_class, at)
        return rates[key] if region.prices_include_tax else chance.choice([0, 4, 6, 8.875])

    monkeypatch.setattr(totals, "_rate", lambda *args: totals.Decimal(str(rate(*args))))
    regions = Region.markets()
    code = SimpleNamespace(code="X", percent=None)
    for _ in range(BASKETS):
        region = chance.choice(regions)
        rows = []
        for number in range(chance.randint(1, 7)):
            amount, quantity = chance.randint(1, 9999), chance.randint(1, 99)
            product = SimpleNamespace(pk=number, tax_class=chance.choice(["standard", "supplement"]))
            rows.append(
                SimpleNamespace(
                    counts=True,
                    product=product,
                    quantity=quantity,
                    total=amount * quantity,
                    offer=SimpleNamespace(amount=amount, sold_at=amount),
                )
            )
        goods = sum(row.total for row in rows)
        off = chance.choice([0, 0, chance.randint(0, goods)])

        def discount(text, region, bought, off=off, **more):
            return Discount(code, spread(off, [line.total for line in bought]))

        monkeypatch.setattr(totals, "best_discount", discount)
        address = HOME[region.code]
        quote = totals.quote_for(rows, region, address, code="X")
        params = session_params(
            an_order_of(quote, address, region), "k", SimpleNamespace(timestamp=lambda: 0)
        )
        asked, currency = _total(params)
        assert asked - quote.off == quote.total, (region.code, [row.total for row in rows], off)
        assert bool(params.get("discounts")) == bool(quote.off)
        assert currency == region.currency.lower()
        assert sum(line.total for line in quote.lines) == quote.goods
        assert sum(line.discount for line in quote.lines) == quote.off
        assert sum(line.tax for line in quote.lines) == quote.tax
        assert quote.delivery == 0
