"""A mailed link signs a shopper in; nobody learns from it whose address has an account, and staff stay apart."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.accounts.models import Account, SignInLink
from config.accounts.sign_in import LASTS, _account_of, forget_links, send_link
from config.deeds.models import Deed
from shop.outbox.keys import sign_in_kind
from shop.outbox.models import Mail
from shop.outbox.send import MOST_A_DAY, had_enough
from tests.conftest import a_shopper
from tests.support.accounts import PAGE, asked, entered, mailed
from tests.support.factories import post_with_token, region, shown_next
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def test_the_whole_way_from_an_address_to_the_account():
    client = a_shopper()
    assert "Your orders in one place" in client.get(PAGE).content.decode()
    assert "Look into your mailbox" in shown_next(asked(client))
    assert not Account.objects.exists()
    page = mailed()
    a_shopper().get(page)
    assert not Account.objects.exists(), "a mail scanner that opens links makes nothing"
    assert "You are signed in" in shown_next(post_with_token(client, page, page, {}))
    account = Account.objects.get()
    assert account.email == "ada@example.org"
    assert "ada@example.org" in client.get(PAGE).content.decode()
    assert a_shopper().get(page).status_code == 404, "a link works once"
    assert not Mail.objects.filter(key__startswith=sign_in_kind()).exists()


def test_signing_in_again_and_in_two_tabs_is_one_account():
    first, second = a_shopper(), a_shopper()
    asked(first)
    one = mailed()
    asked(first)
    other = mailed()
    assert one != other
    for client, page in ((first, one), (second, other)):
        post_with_token(client, page, page, {})
        assert "ada@example.org" in client.get(PAGE).content.decode()
    assert Account.objects.count() == User.objects.filter(username__startswith="shopper-").count() == 1


def test_the_session_gets_another_key_and_lasts_as_a_visit_does():
    client = a_shopper()
    asked(client)
    before = client.cookies["sessionid"].value
    page = mailed()
    post_with_token(client, page, page, {})
    after = client.cookies["sessionid"].value
    assert before != after
    assert Session.objects.order_by("-expire_date").first().expire_date > timezone.now() + timedelta(days=29)


def test_a_link_lasts_an_hour_and_is_forgotten_with_its_mail():
    send_link("ada@example.org", region("uk"))
    page = mailed()
    assert forget_links(timezone.now() + LASTS - timedelta(minutes=1)) == 0
    SignInLink.objects.update(made_at=timezone.now() - LASTS)
    assert a_shopper().get(page).status_code == 404
    assert forget_links() == 1
    assert not Mail.objects.filter(key__startswith=sign_in_kind()).exists()


@pytest.mark.parametrize(
    "email", ["", "ada", "a" * 300 + "@b.org", "ada@example.org\r\nBcc: x@y.z", "\x00", "\u202e"]
)
def test_what_is_no_address_gets_no_mail(email):
    assert "no mail was sent" in shown_next(asked(a_shopper(), email))
    assert not SignInLink.objects.exists()


@pytest.mark.parametrize("token", ["x", "guessed", "a" * 40, "None"])
def test_a_guessed_link_leads_nowhere(token):
    assert a_shopper().get(f"/account/{token}/").status_code == 404


# --- whoever asks learns nothing of an address ---------------------------------------------------------------------


def has_an_account():
    _account_of("ada@example.org")


def was_asked_before():
    send_link("ada@example.org", region("uk"))


def too_many():
    for _ in range(MOST_A_DAY):
        had_enough("ada@example.org")


def is_of_staff():
    User.objects.create(username="ada", email="ada@example.org", is_staff=True)


@pytest.mark.parametrize("state", [has_an_account, was_asked_before, too_many, is_of_staff])
def test_the_same_statements_and_words_whatever_is_known_of_an_address(state):
    client = a_shopper()
    asked(client, "first@example.org")
    state()

    def answer(email):
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', client.get(PAGE).content.decode()).group(1)
        with CaptureQueriesContext(connection) as seen:
            got = client.post(f"{PAGE}link/", {"email": email, "csrfmiddlewaretoken": token})
        shapes = [
            re.sub(r"(?:'(?:[^']|'')*'|\b\d+\b|s\d+_x\d+|NULL)(?:::\w+)?", "?", one["sql"]) for one in seen
        ]
        return shapes, got.status_code, got["Location"], client.get(PAGE).content.count(b"mailbox")

    assert answer("ada@example.org") == answer("never@example.org")


# --- staff are other people ----------------------------------------------------------------------------------------


def test_a_colleague_with_the_same_address_is_not_signed_in_by_the_link():
    owner = User.objects.create(username="ada", email="ada@example.org", is_staff=True, is_superuser=True)
    client = a_shopper()
    entered(client)
    assert Account.objects.get().user_id != owner.pk
    assert client.get("/admin/orders/order/", follow=True).status_code == 200
    assert "Log out" not in client.get("/admin/", follow=True).content.decode()


@pytest.mark.parametrize("columns", [{"is_staff": True}, {"is_superuser": True}, {"is_active": False}])
def test_a_shoppers_user_that_was_given_rights_or_closed_is_signed_in_by_no_link(columns):
    account = _account_of("ada@example.org")
    User.objects.filter(pk=account.user_id).update(**columns)
    client = a_shopper()
    assert entered(client).status_code == 404
    assert "_auth_user_id" not in client.session


def test_staff_are_not_signed_out_by_a_link():
    client = signed_in("Owner")
    asked(client)
    page = mailed()
    assert "signed in as staff" in shown_next(post_with_token(client, page, page, {}))
    assert client.get("/admin/").status_code == 200
    assert SignInLink.objects.exists(), "it still works elsewhere"


@pytest.mark.parametrize(
    "path",
    [
        "/admin/you/",
        "/admin/you/passkeys/",
        "/admin/you/app/",
        "/admin/password_set/",
        "/admin/you/codes/",
        "/admin/login/again/",
    ],
)
def test_the_pages_of_staff_accounts_are_closed_to_shoppers(path):
    client = a_shopper()
    entered(client)
    assert client.get(path).status_code == 403


def test_shoppers_stand_neither_in_the_list_of_people_nor_in_the_log_of_staff():
    client = a_shopper()
    entered(client)
    name = Account.objects.get().user.username
    post_with_token(client, PAGE, f"{PAGE}out/", {})
    assert not Deed.objects.filter(who=name).exists()
    owner = signed_in("Owner")
    assert name not in owner.get("/admin/auth/user/").content.decode()
    assert owner.get(f"/admin/auth/user/{Account.objects.get().user_id}/change/").status_code in {302, 404}


def test_a_kept_public_page_is_the_same_bytes_for_who_is_signed_in():
    client = a_shopper()
    entered(client)
    client.get(PAGE)
    for path in ("/uk/", "/uk/shop/", "/uk/articles/"):
        theirs, ours = client.get(path), a_shopper().get(path)
        assert theirs.content == ours.content
        assert b"ada@example.org" not in theirs.content


def test_the_mail_with_the_link_is_shown_to_no_colleague_who_may_not_change_people():
    send_link("ada@example.org", region("uk"))
    pk = Mail.objects.get(key__startswith=sign_in_kind()).pk
    assert signed_in("Orders").get(f"/admin/outbox/mail/{pk}/change/").status_code in {302, 404}
