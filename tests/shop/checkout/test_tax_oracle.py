"""Net and VAT of any basket against an oracle that counts in fractions and tries every cent."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.checkout import totals
from shop.checkout.totals import quote_for
from shop.invoices.issue import rates_of, returned_rates
from tests.support.factories import PORTLAND, ROME

pytestmark = pytest.mark.slow
RATES = [Decimal(text) for text in ("0", "2.1", "4", "5.5", "10", "13.5", "19", "20", "22", "25.5", "27")]
LINES = st.lists(st.tuples(st.integers(0, 30_000), st.sampled_from(RATES)), min_size=1, max_size=6)


def nearest(exact: Fraction) -> int:
    """The cent next to an exact amount, found by trying; of two at the same distance the larger."""
    around = range(int(exact) - 2, int(exact) + 3)
    return max(around, key=lambda cent: (-abs(cent - exact), cent))


def quote(lines, included):
    """Each line has a tax class of its own, so that each may have a rate of its own."""
    region = SimpleNamespace(prices_include_tax=included, tax_words="incl. VAT")
    rows = [
        SimpleNamespace(
            counts=True, total=total, quantity=1, offer=SimpleNamespace(sold_at=total),
            product=SimpleNamespace(pk=number, tax_class=number),
        )
        for number, (total, _) in enumerate(lines)
    ]  # fmt: skip
    rates = [rate for _, rate in lines]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(totals, "_rate", lambda region, address, number, at: rates[number])
        patch.setattr(totals, "best_discount", lambda *args, **more: None)  # nothing of it asks the database
        return quote_for(rows, region, ROME if included else PORTLAND)


@settings(max_examples=2000, deadline=None)
@given(LINES)
def test_vat_inside_is_the_gross_less_the_nearest_net_and_lines_sum_to_the_order(lines):
    found = quote(lines, included=True)
    for line, (gross, rate) in zip(found.lines, lines, strict=True):
        assert line.tax == gross - nearest(Fraction(gross) / (1 + Fraction(rate) / 100))
    assert found.tax == sum(line.tax for line in found.lines)
    assert found.total == sum(gross for gross, _ in lines)


@settings(max_examples=2000, deadline=None)
@given(LINES)
def test_tax_on_top_is_the_nearest_cent_of_each_line(lines):
    found = quote(lines, included=False)
    for line, (net, rate) in zip(found.lines, lines, strict=True):
        assert line.tax == nearest(Fraction(net) * Fraction(rate) / 100)
    assert found.total == sum(net for net, _ in lines) + found.tax


@settings(max_examples=500, deadline=None)
@given(LINES, st.booleans(), st.lists(st.integers(1, 40_000), max_size=5))
def test_the_invoice_and_its_credit_notes_have_the_lines_tax_whatever_goes_back_in_parts(
    lines, included, parts
):
    quoted = quote(lines, included)
    order_lines = [
        SimpleNamespace(tax_rate=line.rate, tax=line.tax, net=line.total - (line.tax if included else 0))
        for line in quoted.lines
    ]
    order = SimpleNamespace(lines=SimpleNamespace(select_related=lambda *names: order_lines))
    sold = rates_of(order)
    assert sum(net + tax for net, tax in sold.values()) == quoted.total
    assert sum(tax for _, tax in sold.values()) == quoted.tax
    back, left = {}, quoted.total
    for part in [*parts, quoted.total]:
        part = min(part, left)
        if not part:
            continue
        for rate, (net, tax) in returned_rates(sold, back, {next(iter(sold)): part}).items():
            had = back.get(rate, (0, 0))
            back[rate] = (had[0] + net, had[1] + tax)
        left -= part
        assert sum(net + tax for net, tax in back.values()) == quoted.total - left
        assert all(back[rate][1] <= sold[rate][1] for rate in back), "no more tax goes back than was charged"
    assert back == {rate: pair for rate, pair in sold.items() if sum(pair)}
