"""The start page of the admin shows each role what waits for it, and nothing that is not its business."""

from datetime import timedelta

import pytest
from django.conf import settings as site_settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import (
    Article,
    Comment,
    LinkTrouble,
    PreviewLink,
    Publication,
    Topic,
    TroubleState,
    Version,
)
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from articles.publishing.reviews import record_review
from config.staff.first_hour import first_hour, payments_lack
from config.staff.four_weeks import four_weeks
from config.staff.stock_days import running_out
from shop.catalogue.models import ShelfRow, Stock
from shop.catalogue.models.stock import LOW
from shop.content.memo import forget_all
from shop.invoices.issue import issue_documents
from shop.invoices.models import DaySum
from shop.orders.models import Order, ReviewCause
from shop.payments.models import StripeEvent
from shop.regions.laws import LawPack
from shop.regions.models import Country, ProposedRate, Seller
from tests.support.factories import an_order, many_packs, region, set_stock
from tests.support.orders import a_paid_order
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def start_page(*roles, name=""):
    return signed_in(*roles, name=name).get("/admin/").content.decode()


@pytest.mark.slow
def test_writers_see_drafts_theirs_first_and_what_is_scheduled():
    first, second, third = Article.objects.order_by("pk")[:3]
    mine, theirs = open_draft(first, "anna"), open_draft(second, "ben")
    planned = open_draft(third, "ben")
    publish(planned, [Slot(region("us"), timezone.now() + timedelta(days=2))], "ben")
    page = start_page("Writer", name="anna")
    assert page.index(mine.title) < page.index(theirs.title)
    assert "Scheduled" in page
    assert planned.title in page.split("Scheduled")[1]


@pytest.mark.slow
def test_orders_see_what_needs_a_look_and_writers_don_t():
    order = an_order()
    order.flag("Payment does not match", ReviewCause.MONEY)
    assert "Payment does not match" in start_page("Orders")
    assert "Payment does not match" not in start_page("Writer")
    assert "Drafts" not in start_page("Orders")


def test_with_nothing_to_do_the_page_says_so():
    Publication.objects.update(starts_at=timezone.now() - timedelta(days=30))
    LinkTrouble.objects.all().delete()
    assert "Nothing waits for you" in start_page("Writer")


@pytest.mark.slow
def test_orders_to_send_are_counted_and_say_how_long_they_wait():
    old, _ = a_paid_order("CIT-CAP-90", quantity=1), a_paid_order("CIT-CAP-90", quantity=1)
    Order.objects.filter(pk=old.pk).update(paid_at=timezone.now() - timedelta(days=3))
    part = start_page("Orders").split("Orders to send <")[1].split("</section>")[0]
    assert '__count">2<' in part
    assert part.index(old.number) < part.index("just now")
    assert 'class="attention">paid 3 days ago' in part


def test_what_went_live_this_week_is_there_and_older_is_not():
    Publication.objects.update(starts_at=timezone.now() - timedelta(days=8))
    one = Publication.objects.first()
    Publication.objects.filter(pk=one.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    part = start_page("Writer").split("Went live this week")[1].split("</section>")[0]
    assert part.count("<li>") == 1
    assert one.version.title in part


def test_an_article_stands_once_with_its_regions():
    now, one = timezone.now(), Publication.objects.filter(region=region("uk")).first()
    LinkTrouble.objects.all().delete()
    Publication.objects.exclude(article=one.article_id).update(starts_at=now - timedelta(days=8))
    Publication.objects.filter(article=one.article_id).update(starts_at=now - timedelta(hours=1))
    for code in ("uk", "us", "eu"):
        LinkTrouble.objects.create(
            article_id=one.article_id, region=region(code), state=TroubleState.SOLD_OUT
        )
    page = start_page("Writer")
    for heading, words in (("Went live this week", "UK, US, EU, "), ("Links in trouble", "UK, US, EU: ")):
        part = page.split(heading + " <")[1].split("</section>")[0]
        assert (part.count("<li>"), words in part) == (1, True)


@pytest.mark.slow
def test_stock_runs_out_on_a_day_at_the_pace_of_the_last_orders():
    now = timezone.now()
    for _ in range(2):
        a_paid_order("CIT-CAP-90", quantity=5)
    Order.objects.update(paid_at=now - timedelta(days=14))
    Stock.objects.filter(variant__sku="CIT-CAP-90", region=region("uk")).update(on_hand=F("held") + 10)
    [row] = [one for one in running_out(now) if one.sku == "CIT-CAP-90"]
    assert (row.left, row.region.code) == (10, "uk")
    assert row.day == now.astimezone(row.region.zone).date() + timedelta(days=14)
    Stock.objects.filter(variant__sku="CIT-CAP-90", region=region("uk")).update(on_hand=F("held") + 16)
    assert not running_out(now), "in 22 days: nobody need order yet"


@pytest.mark.slow
def test_stock_of_what_is_not_sold_runs_out_unsaid():
    a_paid_order("CIT-CAP-90", quantity=3)
    Stock.objects.filter(variant__sku="CIT-CAP-90").update(on_hand=F("held"))
    assert [row.left for row in running_out(timezone.now())] == [0]
    ShelfRow.objects.filter(variant__sku="CIT-CAP-90").delete()
    assert running_out(timezone.now()) == []


def test_sales_stand_beside_last_year_s():
    now, uk = timezone.now(), region("uk")
    today = now.astimezone(uk.zone).date()
    for day, net in ((today, 1250), (today - timedelta(days=27), 1000), (today - timedelta(days=28), 99), (today - timedelta(days=364), 777)):  # fmt: skip
        DaySum.objects.create(
            region=uk, mode=site_settings.PAYMENT_MODE, day=day, kind="invoice", country="GB", rate=20, net=net, tax=0
        )  # fmt: skip
    [row] = four_weeks(now)
    assert (row.today, row.lately, row.before) == ("£12.50", "£22.50", "£7.77")
    assert [bar.height for bar in row.bars if bar.height != "0.00"] == ["48.00", "60.00"]
    assert row.bars[-1].height_before == f"{60 * 777 / 1250:.2f}"
    assert "£12.50" in start_page("Orders")
    assert "£12.50" not in start_page("Writer")


@pytest.mark.slow
def test_documents_that_no_sum_counts_yet_are_sales():
    order = a_paid_order("CIT-CAP-90", quantity=2)
    issue_documents()
    assert not DaySum.objects.exists()
    [row] = four_weeks(timezone.now())
    assert row.region == order.region
    assert row.today == row.lately != order.region.money(0)


@pytest.mark.slow
def test_the_page_asks_no_more_with_more_to_do():
    def cost():
        owner = signed_in()
        owner.get("/admin/")
        with CaptureQueriesContext(connection) as captured:
            owner.get("/admin/")
        return len(captured)

    def more(count):
        for _ in range(count):
            order = a_paid_order("CIT-CAP-90", quantity=1)
            order.flag("Payment does not match", ReviewCause.MONEY)

    more(4)
    one = cost()
    more(3)
    assert cost() == one <= 58


def test_the_lists_that_somebody_works_in_come_first():
    owner = signed_in()
    Topic.objects.create(name="Zinc", slug="zinc")
    user = User.objects.get(username="owner")
    for pk in Topic.objects.values_list("pk", flat=True)[:2]:
        LogEntry.objects.log_actions(user.pk, Topic.objects.filter(pk=pk), CHANGE, single_object=True)
    page = owner.get("/admin/").content.decode()
    often = page.split('id="often"')[1].split("</section>")[0]
    assert often.index("Topics") < often.index("Orders to send")
    assert "What you changed last" in page


def test_editors_see_what_was_handed_in_and_which_reviews_are_due():
    article = Article.objects.first()
    draft = open_draft(article, "anna")
    writer = signed_in("Writer", name="anna")
    writer.post(f"/admin/articles/article/{article.pk}/change/", {"action": "hand_in", "version": draft.pk})
    page = start_page("Editor")
    assert draft.title in page.split("Handed in, to publish")[1].split("</section>")[0]
    assert "never yet" in page.split("Medical reviews due")[1]
    assert "Handed in" not in start_page("Writer")


def test_comments_and_findings_wait_on_the_start_page():
    article = Article.objects.first()
    draft = open_draft(article, "anna")
    link = PreviewLink.objects.create(
        version=draft, region=region("uk"), expires_at=timezone.now() + timedelta(days=1), made_by="anna"
    )
    Comment.objects.create(link=link, about="A", name="Dr A. Person", words="Is this so?")
    Version.objects.filter(pk=draft.pk).update(findings_count=3)
    page = start_page("Writer")
    assert "Dr A. Person: Is this so?" in page
    assert "3 to look at" in page


@pytest.mark.sqlite
def test_packs_that_run_low_stand_the_fewest_first_found_by_an_index():
    plan = Stock.objects.running_low()[:9].explain()
    assert "stock_left" in plan
    assert "TEMP B-TREE" not in plan
    for sku, left in (("CIT-CAP-90", 3), ("CIT-PWD-250", 1), ("GLY-CAP-90", LOW + 1)):
        set_stock(sku, "uk", left)
    withdrawn = set_stock("OIL-SPR-100", "uk", 0).variant.product
    withdrawn.is_active = False
    withdrawn.save()
    page = start_page("Orders").split("Stock that runs low")[1].split("</section>")[0]
    assert page.index("CIT-PWD-250") < page.index("CIT-CAP-90")
    assert f"{region('uk').short_name}: 3 left" in page
    assert "GLY-CAP-90" not in page
    assert "OIL-SPR-100" not in page


def test_where_a_pack_is_not_sold_nothing_runs_low():
    """It has no price there, so none left is no news."""
    set_stock("EPS-CRY-2500", "us", 0)
    set_stock("EPS-CRY-2500", "eu", 2)
    page = start_page("Orders").split("Stock that runs low")[1].split("</section>")[0]
    assert f"{region('eu').short_name}: 2 left" in page
    assert not Stock.objects.running_low().filter(variant__sku="EPS-CRY-2500", region__code="us").exists()


@pytest.mark.slow
def test_what_waits_is_counted_up_to_so_many(monkeypatch):
    many_packs(30)
    assert "All of “Stock" in start_page("Orders").split("Stock that runs low <")[1].split("</section>")[0]
    low = Stock.objects.running_low().count()
    monkeypatch.setattr("config.staff.start_page.MAX_COUNTED", low)
    assert f'__count">{low}<' in start_page("Orders")
    monkeypatch.setattr("config.staff.start_page.MAX_COUNTED", low - 1)
    assert f'__count">over {low - 1}<' in start_page("Orders")


def test_a_review_that_was_recorded_waits_no_longer_though_the_list_is_remembered():
    before = start_page("Editor").split("Medical reviews due")[1].split("</section>")[0]
    due = [row for row in Version.objects.filter(reviewed_on=None, is_draft=False) if row.title in before]
    record_review(due[0], "Dr A. Person", timezone.localdate(), "ed")
    after = start_page("Editor").split("Medical reviews due")[1].split("</section>")[0]
    assert due[0].title not in after


@pytest.mark.slow
def test_the_first_hour_ticks_itself_and_is_gone_when_all_is_done(settings):
    def steps(*roles):
        page = signed_in(*roles).get("/admin/").content.decode()
        return page.split('id="first-hour"')[1].split("</section>")[0] if "first-hour" in page else ""

    assert "Say who sells" in steps()
    before = steps().count("first-hour__done")
    Seller.objects.update(is_demo=False)
    forget_all()
    assert steps().count("first-hour__done") == before + 1
    kept = list(ShelfRow.objects.all())
    ShelfRow.objects.all().delete()
    assert steps().count("first-hour__done") == before
    assert "Say who sells" not in steps("Editor")
    assert "first article" not in steps("Writer")
    open_steps = [step for step in first_hour(User.objects.get(username="owner")) if not step.is_done]
    assert [step.words for step in open_steps] == ["Put a product on sale", "Take real payments"]
    ShelfRow.objects.bulk_create(kept)
    settings.PAYMENT_MODE = "live"
    event = {"type": "charge.updated", "happened_at": timezone.now(), "body": {}}
    StripeEvent.objects.create(event_id="evt_1", livemode=True, came_by="reconciler", **event)
    StripeEvent.objects.create(event_id="evt_2", livemode=False, **event)
    assert "no live webhook has arrived yet" in steps(), (
        "a test event, or one that was asked for, is no sign of it"
    )
    StripeEvent.objects.create(event_id="evt_3", livemode=True, **event)
    assert first_hour(User.objects.get(username="owner")) == []


@pytest.mark.parametrize(
    ("mode", "words"),
    [("sandbox", "no money moves"), ("test", "has not arrived yet"), ("live", "the live key is set")],
)
def test_the_first_hour_says_what_is_missing_before_money_is_taken(settings, mode, words):
    settings.PAYMENT_MODE = mode
    assert words in payments_lack()


def test_owners_are_reminded_of_a_law_a_month_before_its_day_and_others_are_not():
    today = timezone.now().date()
    LawPack.objects.update(review_by=today + timedelta(days=60))
    assert "Laws to compare anew" not in signed_in().get("/admin/").content.decode()
    LawPack.objects.filter(code="US").update(review_by=today + timedelta(days=20))
    page = signed_in("Owner").get("/admin/").content.decode()
    assert "Laws to compare anew" in page
    assert f"good until {today + timedelta(days=20):%-d %B %Y}" in page
    assert f"{today + timedelta(days=60):%-d %B %Y}" not in page
    assert "Laws to compare anew" not in signed_in("Orders").get("/admin/").content.decode()


def test_rates_of_newer_sources_remind_until_they_are_decided():
    ProposedRate.objects.all().delete()
    assert "Newer VAT rates to decide" not in start_page()
    italy, now = Country.objects.get(code="IT"), timezone.now()
    row = ProposedRate(country=italy, rate=23, begins=(now + timedelta(days=40)).date(), source="a file")
    row.source_date, row.is_verified = now.date(), True
    row.save()
    page = start_page()
    assert "Newer VAT rates to decide" in page
    assert "1 rate of a newer source" in page
    assert "begins on " in page
    ProposedRate.objects.update(begins=now.date())
    assert "the old one is charged still" in start_page()
    ProposedRate.objects.update(decision="left", decided_at=now)
    assert "Newer VAT rates to decide" not in start_page()
