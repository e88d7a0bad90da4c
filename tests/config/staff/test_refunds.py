"""Why money went back, as bars: by reason, by product, by article."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from shop.attribution.models import ArticleDay, PackDay
from shop.payments.models import Payment, Refund, RefundCause, RefundStatus
from tests.support.factories import region, variant
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def back(amount, cause, status=RefundStatus.SUCCEEDED):
    order = paid(email="ada@example.org")
    Refund.objects.create(payment=Payment.objects.get(order=order), amount=amount, cause=cause, status=status)


def page(client, **given):
    return client.get("/admin/why-back/", given).content.decode().replace("\xa0", " ")


def test_reasons_stand_by_what_was_paid_back_and_the_longest_bar_is_the_dearest():
    back(300, RefundCause.GOODWILL)
    back(500, RefundCause.RETURNED)
    back(700, RefundCause.RETURNED)
    back(9900, RefundCause.LOST, RefundStatus.FAILED)
    html = page(signed_in("Orders"))
    assert html.index("Came back") < html.index("Goodwill")
    assert "£12.00" in html
    assert "£3.00" in html
    assert "Never arrived" not in html
    assert 'width="240.0"' in html
    assert 'width="60.0"' in html
    assert "<script" not in html.split('id="content-main"')[1].split("</main>")[0]


def test_products_and_articles_are_named_and_few_orders_are_not_told():
    uk, pack, article = (
        region("uk"),
        variant("CIT-CAP-90"),
        Article.objects.exclude(publications=None).first(),
    )
    today = timezone.localdate()
    PackDay.objects.create(
        mode=settings.PAYMENT_MODE,
        region=uk,
        day=today,
        variant=pack,
        orders=9,
        units=9,
        net=9000,
        refunded=1234,
    )
    day = ArticleDay.objects.create(
        day=today, region=uk, article=article.pk, orders=9, units=9, net=9000, refunded=777
    )
    title = article.publications.order_by("-version").first().version.title
    html = page(signed_in("Owner"))
    assert pack.product.name in html
    assert "£12.34" in html
    assert title in html
    assert "£7.77" in html
    day.orders = 2
    day.save()
    assert title not in page(signed_in("Orders"))


def test_it_is_for_those_who_see_money_and_takes_any_dates():
    assert signed_in("Writer").get("/admin/why-back/").status_code == 403
    owner = signed_in("Owner")
    assert "Nothing went back" in page(owner, days=7)
    for given in (
        {"from": "nonsense"},
        {"days": "-5"},
        {"days": "9" * 40},
        {"from": "2999-12-31", "to": "2999-12-31"},
    ):
        assert owner.get("/admin/why-back/", given).status_code == 200


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_refunds():
    client = signed_in("Owner")
    back(100, RefundCause.GOODWILL)
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client)
    for number in range(6):
        back(100 + number, RefundCause.values[number % 4])
    with CaptureQueriesContext(connection) as many:
        page(client)
    assert len(many) <= len(few)
