"""The report at size: pages of a region, each line once, the sums of all."""

import pytest
from django.utils import timezone

from config.staff.earnings import Period, article_parts
from shop.attribution.models import ArticleDay
from shop.catalogue.models import Product
from tests.support.factories import region
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
PERIOD = Period.of({"days": "7"})


@pytest.fixture
def many_articles():
    """130 articles that earned, each through two products, the dearest last; and what no article led to."""
    uk, today = region("uk"), timezone.localdate()
    own = list(Product.objects.order_by("pk")[:2])
    ArticleDay.objects.bulk_create(
        ArticleDay(day=today, region=uk, article=n, product=product, net=n * 100, units=1, orders=n % 7)
        for n in range(131)
        for product in own
    )
    return uk


@pytest.mark.parametrize(
    ("page", "first", "lines"), [("1", 130, 50), ("3", 30, 31), ("99", 30, 31), ("x", 130, 50)]
)
def test_the_pages_of_a_region_hold_each_line_once_and_the_sum_of_all(many_articles, page, first, lines):
    [part] = article_parts(PERIOD, [many_articles], True, page)
    assert (len(part.lines), part.lines[0].earned) == (lines, first * 200)
    assert part.total.earned == sum(range(131)) * 200
    assert part.lines[-1].is_rest == (lines == 31)
    assert len(part.lines[0].products) == 2


def test_pages_and_the_whole_list_agree_also_where_small_numbers_are_hidden(many_articles):
    [whole] = article_parts(PERIOD, [many_articles], False)
    pages = [article_parts(PERIOD, [many_articles], False, page)[0].lines for page in "123"]
    assert [line.earned for lines in pages for line in lines] == [line.earned for line in whole.lines]
    assert {line.is_hidden for line in whole.lines if line.all_orders in {2, 4}} == {True}
    assert not any(line.is_hidden for line in whole.lines if line.all_orders == 0 or line.all_orders > 4)


@pytest.mark.slow
def test_a_page_of_many_articles_is_small(many_articles):
    owner = signed_in()
    few = owner.get("/admin/earnings/?days=7")
    one = owner.get("/admin/earnings/?days=7&region=uk&page=2")
    assert len(few.content) < 100_000
    assert len(one.content) < 100_000
    assert "first 20 of 131" in few.content.decode()
    assert 'rel="next"' in one.content.decode()
    assert owner.get("/admin/earnings/?days=7&as=csv").content.decode().count("\n") > 131
