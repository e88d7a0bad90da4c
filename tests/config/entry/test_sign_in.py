"""Staff sign in with a password, a second factor where they have one, and for a working day."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from config.entry.devices import COOKIE, forget_devices
from config.entry.models import Device
from shop.content.sessions import digest_of
from shop.outbox.models import Mail
from tests.support.sign_in import WORDS, code_of, is_in, somebody, try_in, with_app

pytestmark = pytest.mark.django_db


def test_the_admin_sends_to_the_one_sign_in_and_back():
    somebody()
    client = Client()
    assert client.get("/admin/orders/order/").headers["Location"] == "/admin/login/?next=/admin/orders/order/"
    answer = client.post(
        "/admin/login/?next=/admin/orders/order/",
        {"login": "sam", "password": WORDS, "next": "/admin/orders/order/"},
    )
    assert answer.headers["Location"] == "/admin/orders/order/"
    assert is_in(client)


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "https:evil.example", "javascript:1"]
)
def test_nobody_is_sent_to_another_site(place):
    somebody()
    answer = Client().post("/admin/login/", {"login": "sam", "password": WORDS, "next": place})
    assert answer.headers["Location"] == "/admin/"


def test_a_wrong_password_and_an_unknown_name_are_told_alike():
    somebody()
    wrong, unknown = try_in(Client(), password="x" * 14), try_in(Client(), name="nobody", password="x" * 14)
    strip = re.compile(r'value="[^"]*"|name="csrf[^>]*>')
    assert strip.sub("", wrong.content.decode()) == strip.sub("", unknown.content.decode())
    assert "do not belong together" in wrong.content.decode()


def test_who_is_not_of_the_staff_does_not_get_in():
    User.objects.create_user("shopper", "", WORDS)
    client = Client()
    assert try_in(client, "shopper").status_code == 200
    assert not client.session.get("_auth_user_id")


def test_a_session_lasts_a_working_day_however_much_it_is_used():
    somebody()
    client = Client()
    try_in(client)
    left = client.session.get_expiry_date() - timezone.now()
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    session = client.session
    session["used"] = True
    session.save()
    row = Session.objects.get(pk=digest_of(client.session.session_key))
    assert row.expire_date - timezone.now() <= timedelta(hours=12)


def test_with_an_app_the_password_alone_is_not_enough():
    user = somebody()
    secret = with_app(user)
    client = Client()
    assert try_in(client).headers["Location"] == "/admin/login/code/"
    assert not is_in(client)
    assert "not right" in client.post("/admin/login/code/", {"code": "000000"}).content.decode()
    assert client.post("/admin/login/code/", {"code": code_of(secret)}).headers["Location"] == "/admin/"
    assert is_in(client)


def test_a_recovery_code_works_once():
    user = somebody()
    with_app(user)
    code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (302, 200):
        client = Client()
        try_in(client)
        assert client.post("/admin/login/code/", {"code": code}).status_code == expected


def test_the_secret_of_an_app_is_not_kept_as_it_is():
    user = somebody()
    secret = with_app(user)
    assert secret not in str(Authenticator.objects.get(user=user, type="totp").data)


@pytest.mark.parametrize(
    ("role", "must"),
    [("Writer", False), ("Editor", False), ("Marketing", False), ("Orders", True), ("Owner", True)],
)
def test_after_the_grace_owners_and_who_sees_orders_need_a_second_factor(settings, role, must):
    settings.SECOND_FACTOR_GRACE_DAYS = 0
    user = somebody(role=role)
    client = Client()
    try_in(client)
    for path in ("/admin/", "/admin/articles/article/", "/admin/handbook/"):
        answer = client.get(path)
        assert (answer.headers.get("Location") == "/admin/you/?needed=1") is must
    assert client.get("/admin/you/").status_code == 200
    assert ("needs a second factor before" in client.get("/admin/you/").content.decode()) is must
    with_app(user)
    assert is_in(client)


def test_within_the_grace_the_start_page_says_when_it_ends(settings):
    settings.SECOND_FACTOR_GRACE_DAYS = 1
    user = somebody()
    client = Client()
    try_in(client)
    assert "needs a second factor" in client.get("/admin/").content.decode()
    User.objects.filter(pk=user.pk).update(date_joined=timezone.now() - timedelta(days=1))
    assert client.get("/admin/").status_code == 302


def test_an_app_is_added_without_scripts(django_capture_on_commit_callbacks):
    user = somebody()
    client = Client()
    try_in(client)
    assert client.get("/admin/you/app/").headers["Location"].startswith("/admin/login/again/")
    answer = client.post(
        "/admin/login/again/?next=/admin/you/app/", {"password": WORDS, "next": "/admin/you/app/"}
    )
    assert answer.headers["Location"] == "/admin/you/app/"
    page = client.get("/admin/you/app/").content.decode()
    secret = re.search(r'entry-secret">(\w+)<', page)[1]
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/admin/you/app/", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/admin/you/codes/"
    assert len(re.findall(r"<li><code>", client.get("/admin/you/codes/").content.decode())) == 10
    assert Authenticator.objects.filter(user=user).count() == 2
    assert client.get("/admin/you/codes/recovery-codes.txt").content.decode().count("\n") == 10
    told = Mail.objects.filter(key__startswith="staff_told").values_list("subject", flat=True)
    assert "An authenticator app was added" in told


PAGES = ["/admin/you/", "/admin/you/passkeys/", "/admin/password_change/", "/admin/login/again/"]
OPEN = ["/admin/login/", "/admin/password/forgotten/", "/admin/password/forgotten/sent/", "/admin/login/closed/",
        "/admin/password/new/done/", "/admin/password/new/1-x-y/"]  # fmt: skip


@pytest.mark.parametrize("path", [*OPEN, *PAGES])
def test_no_page_of_signing_in_runs_scripts_of_its_own_or_is_kept(path):
    client = Client()
    if path in PAGES:
        somebody()
        try_in(client)
    answer = client.get(path)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert not re.findall(r"<script(?![^>]*(src=|application/json))", page)
    assert not re.findall(r"\son\w+=|\sstyle=", page)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_new_device_is_told_by_mail_and_the_same_again_is_not():
    user = somebody()
    client = Client()
    for _ in range(2):
        try_in(client, headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
        client.post("/admin/logout/")
    told = Mail.objects.get(key__startswith="staff_told")
    assert told.to == "sam@shop.example"
    assert "Firefox on Linux" in told.text
    assert told.is_last
    try_in(Client())
    assert Mail.objects.filter(key__startswith="staff_told").count() == 2
    assert Device.objects.filter(user=user).count() == 2


def test_a_device_is_known_by_a_digest_and_a_cookie_that_was_brought_along_is_not_taken():
    somebody()
    client = Client()
    client.cookies[COOKIE] = "a" * 43
    try_in(client)
    given = client.cookies[COOKIE]
    assert given.value != "a" * 43
    assert given["httponly"]
    assert given["path"] == "/admin/"
    assert given.value not in Device.objects.get().digest


def test_ones_sessions_are_listed_and_ended():
    user = somebody()
    here, there, others = Client(), Client(), Client()
    for client in (here, there):
        try_in(client)
    somebody("alex")
    try_in(others, "alex")
    page = here.get("/admin/you/").content.decode()
    assert page.count("until") == 2
    assert "this one" in page
    foreign = Device.objects.get(user__username="alex")
    here.post("/admin/you/sessions/", {"device": foreign.pk})
    assert is_in(others)
    device = Device.objects.get(user=user, session_key=digest_of(there.session.session_key))
    here.post("/admin/you/sessions/", {"device": device.pk})
    assert is_in(here)
    assert not is_in(there)
    try_in(there)
    here.post("/admin/you/sessions/")
    assert is_in(here)
    assert not is_in(there)


def test_looking_at_ones_sessions_writes_nothing(django_assert_max_num_queries):
    somebody()
    client = Client()
    try_in(client)
    for _ in range(3):
        try_in(Client())
    with django_assert_max_num_queries(14) as seen:
        client.get("/admin/you/")
    assert not [query for query in seen.captured_queries if not query["sql"].startswith("SELECT")]


def test_a_new_password_ends_all_sessions_but_this():
    somebody()
    here, there = Client(), Client()
    try_in(here), try_in(there)
    answer = here.post(
        "/admin/password_change/",
        {
            "oldpassword": WORDS,
            "password1": "another-four-words-here",
            "password2": "another-four-words-here",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    assert is_in(here)
    assert not is_in(there)
    assert "this one" in here.get("/admin/you/").content.decode()


def link_in(mail) -> str:
    return urlsplit(re.search(r"http\S+/admin/password/new/\S+", mail.text)[0]).path


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once():
    somebody()
    client = Client()
    assert client.post("/admin/password/forgotten/", {"email": "sam@shop.example"}).status_code == 302
    mail = Mail.objects.get(key__startswith="staff_reset")
    path = link_in(mail)
    form = client.get(path).headers["Location"]
    assert "set-password" in form
    new = {"password1": "quite-another-four-words", "password2": "quite-another-four-words"}
    assert client.post(form, new).status_code == 302
    assert not is_in(client)
    try_in(client, password=new["password1"])
    assert is_in(client)
    assert "used already" in Client().get(path).content.decode()


def test_addresses_that_nobody_has_are_answered_alike_and_get_no_mail():
    somebody()
    known = Client().post("/admin/password/forgotten/", {"email": "sam@shop.example"})
    unknown = Client().post("/admin/password/forgotten/", {"email": "nobody@shop.example"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert Mail.objects.filter(key__startswith="staff_").count() == 1


def test_one_account_gets_few_mails_about_its_password():
    somebody()
    for _ in range(6):
        assert Client().post("/admin/password/forgotten/", {"email": "sam@shop.example"}).status_code == 302
    assert Mail.objects.filter(key__startswith="staff_reset").count() <= 3


def test_a_link_in_a_mail_is_shown_to_nobody_who_may_not_change_people():
    somebody()
    somebody("olive", "Owner")
    Client().post("/admin/password/forgotten/", {"email": "sam@shop.example"})
    mail = Mail.objects.get(key__startswith="staff_reset")
    seen = {}
    for name in ("sam", "olive"):
        client = Client()
        try_in(client, name)
        seen[name] = [
            client.get(f"/admin/outbox/mail/{mail.pk}/change/").status_code,
            client.get(f"/admin/outbox/mail/{mail.pk}/html/").status_code,
            "Choose another password" in client.get("/admin/outbox/mail/").content.decode(),
        ]
    assert seen == {"sam": [302, 404, False], "olive": [200, 200, True]}


def test_devices_are_forgotten_after_a_year():
    somebody()
    try_in(Client())
    assert forget_devices(timezone.now() + timedelta(days=364)) == 0
    assert forget_devices(timezone.now() + timedelta(days=366)) == 1


def test_with_another_secret_key_no_code_is_right_and_a_command_helps(settings):
    user = somebody()
    with_app(user)
    settings.SECRET_KEY = "another-key-" * 5
    client = Client()
    try_in(client)
    for secret in ("", "A" * 32):
        assert client.post("/admin/login/code/", {"code": code_of(secret)}).status_code == 200
    call_command("forget_second_factor", "sam", verbosity=0)
    client = Client()
    try_in(client)
    assert is_in(client)
