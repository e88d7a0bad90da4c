"""A code was made for an article, a podcast or a campaign, and has its row in the earnings; never for a condition."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Version
from config.staff.calendar import events_of, month_of
from config.staff.earnings import Period, code_parts
from config.worker.sweeps import fold_totals
from shop.codes.belonging import article_typed
from shop.codes.models import Code, CodeDay
from shop.payments.models import Refund
from shop.payments.reconcile import send_refunds
from shop.payments.sandbox.stripe.sessions import pay
from shop.payments.start import start_payment
from tests.support.factories import deliver_events, region, session_of
from tests.support.orders import a_code, order_with
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LABELS = "citrate-glycinate-oxide-label-guide"
LEGS = "magnesium-and-restless-legs-guide"
PERIOD = Period.of({"days": "7"})


def bought(code: str, **more):
    order = order_with(code, "CIT-CAP-90", **more)
    start_payment(order)
    pay(session_of(order))
    deliver_events()
    order.refresh_from_db()
    assert order.is_paid
    return order


def line(where="uk", code="NOVEMBER10"):
    [part] = code_parts(PERIOD, [region(where)], True)
    return next(row for row in part.lines if row.name == code)


def changed(code: Code, **typed):
    staff, page = signed_in("Marketing"), f"/admin/codes/code/{code.pk}/change/"
    fields = fields_of(staff.get(page).content.decode())
    return staff.post(page, {**fields, **typed})


def test_orders_packs_money_and_what_went_back_stand_in_the_codes_row_folded_or_not():
    a_code(belongs="podcast", belongs_name="The Long Walk, episode 12")
    first, second = bought("NOVEMBER10", quantity=2), bought("NOVEMBER10", email="bob@example.org")
    Refund.objects.create(
        payment=first.payments.get(), amount=first.payments.get().amount, reason="Sent back"
    )
    send_refunds()
    deliver_events()
    deliver_events()  # told again, counted once
    net = [order.goods_total - order.discount_total - order.tax_total for order in (first, second)]
    for _ in range(3):  # as single rows, then as one, then again
        row = line()
        assert (row.orders, row.units, row.net, row.refunded) == (2, 3, sum(net), net[0])
        assert row.off == first.discount_total + second.discount_total
        assert row.made_for == "A podcast: The Long Walk, episode 12"
        fold_totals()
    assert CodeDay.objects.count() == 1
    html = signed_in().get("/admin/earnings/codes/?region=uk").content.decode()
    assert "The Long Walk, episode 12" in html
    assert region("uk").money(row.earned) in html


def test_small_numbers_are_hidden_from_marketing_as_everywhere():
    code = a_code()
    CodeDay.objects.create(
        mode="sandbox", region=region("uk"), day=timezone.localdate(), code=code, orders=4, net=12345
    )
    assert "£123.45" in signed_in().get("/admin/earnings/codes/").content.decode()
    html = signed_in("Marketing").get("/admin/earnings/codes/").content.decode()
    assert "NOVEMBER10" in html
    assert "£123.45" not in html
    assert "123.45" not in signed_in("Marketing").get("/admin/earnings/codes/?as=csv").content.decode()
    assert signed_in("Writer").get("/admin/earnings/codes/").status_code == 403


def test_an_article_is_found_by_what_the_browser_shows():
    code, article = a_code(), Article.objects.get(slug=LABELS)
    for typed in (LABELS, f"https://shop.test/uk/articles/{LABELS}/?utm_source=x#top"):
        assert article_typed(typed).uid == article.uid
    answer = changed(code, belongs="article", of_article=f"/admin/articles/article/{article.pk}/change/")
    assert answer.status_code == 302, fields_of(answer.content.decode())
    code.refresh_from_db()
    assert (code.belongs, code.article, code.belongs_name) == ("article", article.uid, "")
    assert changed(code, note="Seen").status_code == 302
    code.refresh_from_db()
    assert code.article == article.uid


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"belongs": "article"}, "Paste the address of the article."),
        ({"belongs": "article", "of_article": "no-such-thing"}, "There is no article at this address."),
        ({"belongs": "article", "of_article": "\x00 ../%00?"}, "There is no article at this address."),
        ({"belongs": "article", "of_article": LEGS}, "This names a condition."),
        ({"belongs": "podcast"}, "Type its name"),
        ({"belongs": "campaign", "belongs_name": "Restless legs spring"}, "This names a condition."),
    ],
)
def test_what_it_can_not_belong_to_is_refused_with_the_reason(typed, words):
    code = a_code()
    answer = changed(code, **typed)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    code.refresh_from_db()
    assert (code.belongs, code.article) == ("", None)


def test_what_it_belonged_to_goes_with_the_choice_and_no_row_belongs_to_two():
    code = a_code(belongs="article", article=Article.objects.get(slug=LABELS).uid)
    assert changed(code, belongs="campaign", belongs_name="  Autumn   2026 ").status_code == 302
    code.refresh_from_db()
    assert (code.belongs, code.belongs_name, code.article) == ("campaign", "Autumn 2026", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Code.objects.filter(pk=code.pk).update(article=Article.objects.first().uid)
    assert "NOVEMBER10, Autumn 2026" in {
        event.name for event in events_of(month_of(f"{code.starts_at:%Y-%m}"), User.objects.latest("pk"))
    }


def test_an_article_that_names_a_condition_later_is_no_longer_named_and_one_that_is_gone_breaks_nothing():
    article = Article.objects.get(slug=LABELS)
    code = a_code(belongs="article", article=article.uid)
    CodeDay.objects.create(mode="sandbox", region=region("uk"), day=timezone.localdate(), code=code, orders=9)
    assert line().made_for == article.newest().title
    Version.objects.filter(article=article).update(condition_regions=["uk"])
    assert line().made_for.startswith("An article that names a condition")
    Code.objects.update(article="00000000-0000-4000-8000-000000000000")
    assert line().made_for == "An article that is gone"
    assert changed(code, note="Still here").status_code == 302


def test_the_report_costs_the_same_with_many_codes():
    staff = signed_in()

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert staff.get("/admin/earnings/codes/?region=uk").status_code == 200
        return len(seen)

    a_code("FIRST", belongs="article", article=Article.objects.get(slug=LABELS).uid)
    today, uk = timezone.localdate(), region("uk")
    CodeDay.objects.create(mode="sandbox", region=uk, day=today, code=Code.objects.get(), orders=1, net=999)
    cost()
    few = cost()
    codes = Code.objects.bulk_create(Code(code=f"MANY{n}", percent=5) for n in range(120))
    CodeDay.objects.bulk_create(
        CodeDay(mode="sandbox", region=uk, day=today, code=code, orders=n, net=n)
        for n, code in enumerate(codes)
    )
    assert cost() == few
