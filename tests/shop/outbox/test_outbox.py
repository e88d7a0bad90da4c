import re
import smtplib
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.newsletter.letters import ask as ask_for_letters
from config.newsletter.letters import letter_context, write_letter
from config.newsletter.models import Letter, Subscriber
from shop.orders.mails import correct_address
from shop.orders.models import Order, ReviewCause
from shop.outbox.keys import about_order, order_key
from shop.outbox.models import Mail
from shop.outbox.send import send_next, write_mail
from shop.web.secret_links import CUT, without_secret_links
from tests.support import factories, letters
from tests.support.factories import region
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def an_order(*args, **kwargs):
    """An order whose first mail is out of the way."""
    order = factories.an_order(*args, **kwargs)
    Mail.objects.all().delete()
    return order


def write(order, key="k"):
    return write_mail(
        key=key,
        to=order.email,
        about=about_order(order.pk) if key.startswith("order-") else "",
        template="order_failed",
        context={"order": order, "lines": [], "url": order.full_url, "seller": None},
    )


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_URL = "smtp://mail.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_a_mail_is_written_once_per_key():
    order = an_order()
    assert write(order) == write(order)
    assert Mail.objects.count() == 1


def test_a_mail_is_sent_once_in_text_and_html(mail_server):
    write(an_order())
    assert send_next()
    assert send_next() is None
    message = django_mail.outbox[0]
    assert len(django_mail.outbox) == 1
    assert message.to == ["ada@example.org"]
    assert message.alternatives[0].mimetype == "text/html"
    assert message.body.startswith("Your bank did not pay")


@pytest.mark.slow
def test_a_mail_that_was_sent_keeps_no_link_that_opens_anything(mail_server, mailoutbox):
    order = factories.an_order()
    row = letters.a_subscriber()
    write_letter(letters.a_letter(), row, {**letter_context(Letter.objects.get())})
    ask_for_letters(region("uk"), "grace@example.org")
    tokens = [order.token, row.token, Subscriber.objects.get(email="grace@example.org").token]
    assert all("outbox.Mail" in factories.everywhere(token) for token in tokens), "it waits with its link"
    while send_next():
        pass
    sent = " ".join(f"{one.body} {one.alternatives[0].content} {one.extra_headers}" for one in mailoutbox)
    assert all(token in sent for token in tokens)
    assert not any("outbox.Mail" in factories.everywhere(token) for token in tokens)
    kept = Mail.objects.get(about=about_order(order.pk))
    assert order.number in kept.subject
    assert kept.html.count(CUT) >= 1


@pytest.mark.parametrize(
    ("path", "goes"),
    [("/orders/{}/", True), ("/orders/{}/withdraw/", True), ("/orders/{}/terms/).", True), ("/letters/{}/stop/>", True),
     ("/preview/{}/", True), ("/uk/shop/", False), ("", False), ("/orders/{}", False), ("/%zz/{}", False), ("/uk/help/terms/#a", False)],
)  # fmt: skip
def test_which_addresses_open_something(settings, path, goes):
    there = settings.SITE_URL + path.format("Ab3-" * 10)
    text = f"See {there} and https://elsewhere.example{path}"
    assert (without_secret_links(text) == text) is not goes
    assert ("Ab3-" in without_secret_links(text).split(" and ")[0]) is ("Ab3-" in there and not goes)


def test_a_mail_server_that_is_down_only_delays(mail_server, settings):
    settings.EMAIL_BACKEND = "nowhere.Backend"
    row = write(an_order())
    send_next()
    row.refresh_from_db()
    assert row.sent_at is None
    assert row.last_error
    assert row.due_at > timezone.now()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_next() is None, "not before it is due"
    assert send_next(timezone.now() + timedelta(hours=1))
    row.refresh_from_db()
    assert row.sent_at


def test_two_workers_do_not_take_the_same_mail(mail_server, monkeypatch):
    write(an_order())
    taken = []

    def send(self, *args, **kwargs):
        taken.append(self)
        assert send_next() is None, "the second worker finds nothing"

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    send_next()
    assert len(taken) == 1


def test_without_a_mail_server_mails_stay_readable():
    row = write(an_order())
    assert send_next() is None
    row.refresh_from_db()
    assert row.sent_at is None
    assert row.attempts == 0


def test_a_name_can_not_smuggle_markup_into_the_html_mail():
    from shop.orders.mails import order_mail

    order = an_order()
    order.name = "<img src=x onerror=alert(1)>"
    order.save()
    order_mail(order, "paid")
    row = factories.mails_written("paid").get()
    assert "<img" not in row.html
    assert "&lt;img" in row.html


# --- what can't be delivered ------------------------------------------------------------------------------------


def refuses(code, text=b"5.1.1 <ada@example.org>: no such user"):
    return smtplib.SMTPRecipientsRefused({"ada@example.org": (code, text)})


def hours_of_tries(monkeypatch, error, *, days=8) -> list[float]:
    """After how many hours a mail was tried, over some days of a worker that looks each ten minutes, later each hour."""
    tried, begin = [], timezone.now()

    def send(self, *args, **kwargs):
        tried.append(hours)
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    for minutes in (*range(0, 720, 10), *range(720, days * 24 * 60, 60)):
        hours = minutes / 60
        send_next(begin + timedelta(minutes=minutes))
    return tried


REFUSALS = [
    refuses(550),
    refuses(553, b"bad address"),
    smtplib.SMTPDataError(554, b"not accepted"),
    smtplib.SMTPNotSupportedError("SMTPUTF8"),
    UnicodeEncodeError("ascii", "ä", 0, 1, "no"),
    ValueError("a header with\x00 a line break"),
]
DELAYS = [
    refuses(450, b"greylisted"),
    smtplib.SMTPServerDisconnected("gone"),
    ConnectionRefusedError("refused"),
    TimeoutError("slow"),
    smtplib.SMTPAuthenticationError(535, b"wrong password"),
    smtplib.SMTPSenderRefused(550, b"who are you", "shop@example.org"),
]


@pytest.mark.walk
@pytest.mark.parametrize("error", REFUSALS, ids=repr)
def test_a_refused_address_is_given_up_within_two_hours(mail_server, monkeypatch, error):
    order = an_order()
    write(order, order_key("paid", order.pk))
    tried = hours_of_tries(monkeypatch, error)
    assert len(tried) == 3
    assert tried[-1] <= 2
    mail = Mail.objects.get()
    assert mail.gave_up_at
    assert mail.last_error


@pytest.mark.walk
@pytest.mark.parametrize("error", DELAYS, ids=repr)
def test_a_server_that_is_away_is_tried_for_days_and_not_for_ever(mail_server, monkeypatch, error):
    write(an_order())
    tried = hours_of_tries(monkeypatch, error)
    assert 10 <= len(tried) <= 25
    assert 2 * 24 <= tried[-1] <= 5 * 24
    assert Mail.objects.get().gave_up_at


@pytest.mark.slow
def test_the_order_and_the_start_page_tell_and_other_mails_go_on(mail_server, monkeypatch):
    from shop.orders.mails import order_mail

    dead, fine = an_order(email="dead@example.org"), an_order(email="fine@example.org")
    order_mail(dead, "paid")
    sent = []

    def send(self, *args, **kwargs):
        if self.to == ["dead@example.org"]:
            raise refuses(550)
        sent.append(self.to[0])

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    for minutes in range(0, 180, 10):
        if minutes == 60:
            order_mail(fine, "paid")
        while send_next(timezone.now() + timedelta(minutes=minutes)):
            pass
    assert sent == ["fine@example.org"]
    dead.refresh_from_db()
    assert "can’t be delivered to dead@example.org: 550" in dead.needs_review
    assert dead.events.filter(why__contains="can’t be delivered").count() == 1
    page = signed_in("Orders").get("/admin/").content.decode()
    section = page.split("Mails that can’t be delivered")[1].split("</section>")[0]
    assert f"/admin/orders/order/{dead.pk}/change/" in section
    assert "dead@example.org" not in signed_in("Writer").get("/admin/").content.decode()


@pytest.mark.slow
def test_a_reason_to_look_that_stands_already_is_kept(mail_server, monkeypatch):
    order = an_order()
    order.flag("Payment does not match", ReviewCause.MONEY)
    write(order, order_key("paid", order.pk))
    hours_of_tries(monkeypatch, refuses(550), days=1)
    order.refresh_from_db()
    assert order.needs_review == "Payment does not match"
    assert order.events.filter(why__contains="can’t be delivered").exists()


@pytest.mark.slow
def test_a_corrected_address_gets_what_did_not_go_out(mail_server, monkeypatch, mailoutbox):
    stranger, order = an_order(), an_order(email="aad@example.org")
    write(order, order_key("paid", order.pk))
    write(order, order_key("shipped", order.pk, 7))
    other = write(stranger, order_key("paid", int(f"{order.pk}0")))
    with monkeypatch.context() as patched:
        hours_of_tries(patched, refuses(550), days=1)
    assert Mail.objects.exclude(gave_up_at=None).count() == 3
    assert correct_address(order, "ada@example.org", by="mia") == 2
    other.refresh_from_db()
    assert other.gave_up_at, "mails of another order, whose number begins the same, stay as they are"
    while send_next():
        pass
    assert [one.to for one in mailoutbox] == [["ada@example.org"]] * 2
    order.refresh_from_db()
    assert order.email == "ada@example.org"


@pytest.mark.parametrize("cause", [ReviewCause.MONEY, ReviewCause.PLACE])
def test_a_corrected_address_ends_no_look_for_another_cause(cause):
    """Also where its words sound like a mail's."""
    order = an_order()
    order.flag("The parcel can’t be delivered to a box.", cause)
    correct_address(order, "ada@example.org", by="mia")
    order.refresh_from_db()
    assert (order.review_cause, order.needs_review) == (cause, "The parcel can’t be delivered to a box.")


def test_a_corrected_address_ends_the_look_however_the_mail_is_named():
    order = an_order()
    order.flag("Somebody must write by hand.", ReviewCause.MAIL)
    correct_address(order, "ada@example.org", by="mia")
    order.refresh_from_db()
    assert (order.review_cause, order.needs_review) == ("", "")


@pytest.mark.parametrize("fields", [{"needs_review": "Look"}, {"review_cause": "mail"},
                                    {"needs_review": "Look", "review_cause": "rain"}])  # fmt: skip
def test_no_order_is_shown_without_words_or_without_a_cause(fields):
    order = an_order()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**fields)


@pytest.mark.slow
def test_staff_send_again_what_was_given_up_while_our_server_was_wrong(mail_server, monkeypatch, mailoutbox):
    row = write(an_order())
    with monkeypatch.context() as patched:
        hours_of_tries(patched, refuses(550, b"relay access denied"), days=1)
    client = signed_in("Orders")
    assert "given up after 3 tries" in client.get("/admin/outbox/mail/").content.decode()
    client.post("/admin/outbox/mail/", {"action": "again", "_selected_action": [row.pk]})
    assert send_next()
    assert len(mailoutbox) == 1
    assert signed_in("Editor").get("/admin/outbox/mail/").status_code == 403


@pytest.mark.slow
def test_neither_log_nor_admin_log_names_an_address(mail_server, monkeypatch, caplog):
    write(an_order())
    with caplog.at_level("WARNING"):
        hours_of_tries(monkeypatch, refuses(550), days=1)
    assert "no such user" in caplog.text
    assert "ada@example.org" not in caplog.text
    assert "@" not in str(Mail.objects.get())


def desk(order):
    return f"/admin/orders/order/{order.pk}/change/"


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["ada@example.org", " ada@\u200bexample.org ", "ADA@example.org"])
def test_staff_correct_an_address_at_the_order(mail_server, monkeypatch, mailoutbox, typed):
    order = an_order(email="aad@example.org")
    write(order, order_key("paid", order.pk))
    with monkeypatch.context() as patched:
        hours_of_tries(patched, refuses(550), days=1)
    client = signed_in("Orders")
    page = client.get(desk(order)).content.decode()
    assert "can’t be delivered" in page
    assert re.search(r'<details class="staff-action" open>\s*<summary>Correct the e-mail address', page)
    answer = client.post(desk(order), {"action": "address", "email": typed}, follow=True).content.decode()
    assert "1 mail that did not go out is sent to it" in answer
    order.refresh_from_db()
    assert order.email.lower() == "ada@example.org"
    assert order.needs_review == ""
    assert send_next()
    assert mailoutbox[0].to == [order.email]
    assert order.events.filter(why__contains="changed from aad@example.org", who="orders").exists()


@pytest.mark.parametrize("typed", ["", "ada", "ada@", "ada@example.org, eve@example.org", "a" * 250 + "@example.org", "aad@example.org"])  # fmt: skip
def test_what_is_no_address_changes_nothing_and_is_told(typed):
    order = an_order(email="aad@example.org")
    client = signed_in("Orders")
    answer = client.post(desk(order), {"action": "address", "email": typed}, follow=True)
    assert "e-mail address" in answer.content.decode() or "the address already" in answer.content.decode()
    order.refresh_from_db()
    assert order.email == "aad@example.org"
    assert signed_in("Marketing").post(desk(order), {"action": "address", "email": "x@y.de"}).status_code in {403, 302}  # fmt: skip
    order.refresh_from_db()
    assert order.email == "aad@example.org"
