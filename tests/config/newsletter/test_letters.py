"""New articles by mail: nobody gets one who did not confirm, and one click ends it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.models import Publication
from config.newsletter.letters import forget_unconfirmed, send_letters
from config.newsletter.models import AGREED, Letter, Subscriber
from shop.optin.asking import confirm
from shop.outbox.keys import letter_kind
from shop.outbox.models import Mail
from shop.outbox.send import send_next
from shop.regions.models import Seller
from tests.conftest import a_shopper
from tests.support.factories import everywhere, region, shown_next
from tests.support.letters import a_letter, a_subscriber, ask
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def test_asking_sends_one_mail_that_asks_to_confirm_and_keeps_the_proof():
    answer = ask(next="/uk/articles/")
    assert answer.status_code == 303
    assert answer.url == "/uk/articles/"
    row = Subscriber.objects.get()
    assert (row.email, row.agreed_to, row.confirmed_at) == ("ada@example.org", AGREED, None)
    mail = Mail.objects.get()
    assert f"/letters/{row.token}/" in mail.text
    assert AGREED in mail.text
    again = ask("ADA@example.org")
    assert again.status_code == 303, "the answer does not say that it was known"
    assert Mail.objects.count() == 1


def test_the_words_beside_the_button_are_the_proof():
    page = a_shopper().get("/uk/").content.decode()
    for part in ("At most one mail a month", "after you confirm by mail", "one click stops it"):
        assert part.lower() in page.lower()
    assert 'type="checkbox"' not in page.split('class="letter"')[1].split("</form>")[0], (
        "nothing is ticked before"
    )


def test_a_link_that_a_scanner_follows_confirms_nothing():
    ask()
    row = Subscriber.objects.get()
    a_shopper().get(f"/letters/{row.token}/")
    assert not Subscriber.objects.exclude(confirmed_at=None).exists()
    a_shopper().post(f"/letters/{row.token}/")
    assert Subscriber.objects.exclude(confirmed_at=None).exists()


def test_a_letter_goes_once_to_those_who_confirmed_in_its_region():
    ada, _ = a_subscriber(), a_subscriber("tom@example.org", "us")
    Subscriber.objects.create(email="unconfirmed@example.org", region=region("uk"))
    letter = a_letter(send_from=timezone.now())
    assert send_letters() == 1
    assert send_letters() == 0
    assert send_letters() == 0
    mail = Mail.objects.get(key__startswith=letter_kind())
    assert mail.to == "ada@example.org"
    assert "Iron first: questions to take to your doctor about restless legs" in mail.text
    assert "/uk/articles/iron-first-questions-for-your-doctor/" in mail.html
    assert f"/letters/{ada.token}/" in mail.text
    letter.refresh_from_db()
    assert letter.sent_at
    assert letter.sent_to == 1


def test_a_draft_and_a_letter_for_later_wait():
    a_subscriber()
    a_letter()
    a_letter(send_from=timezone.now() + timedelta(hours=1))
    assert send_letters() == 0
    assert send_letters(timezone.now() + timedelta(hours=2)) == 1


def test_many_subscribers_are_written_to_in_parts_and_each_once(monkeypatch):
    monkeypatch.setattr("config.newsletter.letters.MAX_PER_SWEEP", 3)
    for number in range(7):
        a_subscriber(f"reader{number}@example.org")
    a_letter(send_from=timezone.now())
    assert [send_letters() for _ in range(5)] == [3, 3, 1, 0, 0]
    assert Mail.objects.filter(key__startswith=letter_kind()).values("to").distinct().count() == 7


def test_the_mail_can_be_stopped_by_the_mail_program_with_one_post(settings, mailoutbox):
    settings.EMAIL_URL = "smtp://127.0.0.1"
    ada = a_subscriber()
    a_letter(send_from=timezone.now())
    send_letters()
    send_next()
    sent = mailoutbox[0]
    url = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = a_shopper().post(
        url.removeprefix("http://127.0.0.1:8000"),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 200
    assert not Subscriber.objects.filter(pk=ada.pk).exists()
    assert a_shopper().get(url.removeprefix("http://127.0.0.1:8000")).status_code == 405, (
        "a GET stops nothing"
    )


def test_who_stops_gets_nothing_that_still_waits_and_is_deleted():
    ada = a_subscriber()
    a_letter(send_from=timezone.now())
    send_letters()
    answer = a_shopper().post(f"/letters/{ada.token}/", {"stop": "1"})
    assert "Your address is deleted" in shown_next(answer)
    assert not Subscriber.objects.exists()
    assert not Mail.objects.exists()
    assert a_shopper().get(f"/letters/{ada.token}/").status_code == 404


def test_what_nobody_confirms_goes_after_a_week():
    ask()
    forget_unconfirmed(timezone.now() + timedelta(days=8))
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a" * 300 + "@example.org", "x y@example.org"])
def test_a_wrong_address_is_shown_again_and_not_kept(email):
    assert "nothing was kept" in shown_next(ask(email))
    assert not Subscriber.objects.exists()


def test_an_article_that_is_not_live_there_is_left_out():
    Publication.objects.filter(
        article__slug="iron-first-questions-for-your-doctor", region__code="uk"
    ).delete()
    a_subscriber()
    a_letter(send_from=timezone.now())
    send_letters()
    assert "Iron first" not in Mail.objects.get().text


def test_a_letter_with_a_claim_is_refused():
    with pytest.raises(ValidationError, match="can’t stand here"):
        Letter(region=region("uk"), subject="Magnesium relieves restless legs", words="Buy it.").full_clean()


def test_a_proof_that_can_go_to_nobody_says_so():
    """Neither the person nor the seller has an address."""
    letter, client = a_letter(), signed_in("Marketing")
    User.objects.update(email="")
    Seller.objects.all().delete()
    answer = client.post(
        "/admin/letters/letter/", {"action": "proof", "_selected_action": [letter.pk]}, follow=True
    )
    assert "no seller yet" in answer.content.decode()
    assert not Mail.objects.exists()


def test_marketing_writes_tries_and_sends_and_nobody_changes_what_has_begun():
    letter = a_letter()
    client = signed_in("Marketing")
    client.post("/admin/letters/letter/", {"action": "proof", "_selected_action": [letter.pk]})
    proof = Mail.objects.get()
    assert proof.key.startswith(f"letter-proof:{letter.pk}")
    assert "PROOF" in proof.text
    assert b'name="subject"' in client.get(f"/admin/letters/letter/{letter.pk}/change/").content
    Letter.objects.update(send_from=timezone.now() - timedelta(minutes=1))
    assert b'name="subject"' not in client.get(f"/admin/letters/letter/{letter.pk}/change/").content
    assert signed_in("Writer").get("/admin/letters/letter/").status_code == 403


# --- lost mails, readers that fail, and forgetting -------------------------------------------------------------------


def test_a_lost_confirmation_can_be_had_again_after_some_minutes():
    ask()
    ask()
    assert Mail.objects.count() == 1
    Mail.objects.update(written_at=timezone.now() - timedelta(minutes=11))
    ask()
    assert Mail.objects.count() == 2
    token = Subscriber.objects.get().token
    assert all(f"/letters/{token}/" in mail.text for mail in Mail.objects.all())
    confirm(Subscriber.objects.get())
    Mail.objects.update(written_at=timezone.now() - timedelta(days=1))
    ask()
    assert Mail.objects.count() == 2


@pytest.mark.parametrize("how", ["page", "one click", "staff", "staff in the list", "week"])
def test_a_deleted_address_stands_nowhere_any_more(how):
    ask("ada@example.org")
    row = Subscriber.objects.get()
    if how != "week":
        confirm(row)
        a_letter(send_from=timezone.now() + timedelta(seconds=1))
        send_letters(timezone.now() + timedelta(minutes=1))
        assert Mail.objects.filter(to="ada@example.org").count() == 2
        Mail.objects.update(sent_at=timezone.now())
    if how == "page":
        a_shopper().post(f"/letters/{row.token}/", {"stop": "1"})
    if how == "one click":
        a_shopper().post(f"/letters/{row.token}/stop/")
    if how == "staff":
        signed_in("Marketing").post(f"/admin/letters/subscriber/{row.pk}/delete/", {"post": "yes"})
    if how == "staff in the list":
        sent = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        signed_in("Marketing").post("/admin/letters/subscriber/", sent)
    if how == "week":
        forget_unconfirmed(timezone.now() + timedelta(days=8))
    assert not Subscriber.objects.exists()
    assert not everywhere("ada@example.org")


def fail_for(monkeypatch, *emails):
    from config.newsletter import letters

    def write(letter, subscriber, context, whole=letters.write_letter):
        if subscriber.email in emails:
            raise ValueError(f"no letter for {subscriber.email}")
        return whole(letter, subscriber, context)

    monkeypatch.setattr(letters, "write_letter", write)


@pytest.mark.slow
def test_readers_whose_letter_fails_keep_neither_readers_nor_letters_waiting(monkeypatch):
    monkeypatch.setattr("config.newsletter.letters.MAX_PER_SWEEP", 3)
    names = [f"reader{number}@example.org" for number in range(8)]
    for name in names:
        a_subscriber(name)
    first, second = a_letter(send_from=timezone.now()), a_letter(send_from=timezone.now())
    with monkeypatch.context() as patched:
        fail_for(patched, *names[:4])
        for _ in range(6):
            send_letters()
    assert Mail.objects.filter(key__startswith=letter_kind(first.pk)).count() == 4
    assert Mail.objects.filter(key__startswith=letter_kind(second.pk)).count() == 4
    assert not Letter.objects.exclude(sent_at=None).exists(), "somebody is still to be tried"
    for minutes in (2, 3, 4, 5):
        send_letters(timezone.now() + timedelta(minutes=minutes))
    assert Mail.objects.filter(key__startswith=letter_kind()).count() == 16
    assert set(Letter.objects.values_list("sent_to", flat=True)) == {8}


@pytest.mark.slow
def test_a_letter_that_can_t_be_written_to_one_reader_ends_all_the_same(monkeypatch):
    a_subscriber("bad@example.org")
    a_subscriber("good@example.org")
    letter, begin = a_letter(send_from=timezone.now()), timezone.now()
    fail_for(monkeypatch, "bad@example.org")
    for minutes in range(0, 300, 2):
        send_letters(begin + timedelta(minutes=minutes))
    letter.refresh_from_db()
    assert letter.sent_at
    assert letter.sent_to == 1
    assert not [name for name in everywhere("bad@example.org") if name != "letters.Subscriber"]


def test_a_letter_that_fails_whole_keeps_no_other_waiting(monkeypatch):
    from config.newsletter import letters

    a_subscriber()
    bad, good = a_letter(send_from=timezone.now()), a_letter(send_from=timezone.now())

    def context(letter, whole=letters.letter_context, **more):
        if letter.pk == bad.pk:
            raise KeyError("article")
        return whole(letter, **more)

    monkeypatch.setattr(letters, "letter_context", context)
    send_letters()
    assert Mail.objects.filter(key__startswith=letter_kind(good.pk)).count() == 1
