"""Colleagues are invited by mail, and the list says in words who may do what."""

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client

from config.deeds.models import Deed
from config.staff.roles import DOES, ROLES
from shop.outbox.models import Mail
from tests.support.sign_in import is_in, somebody, try_in, with_app
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
NEW = "four-words-of-the-new-one"


def invite(client, addresses="Nora <new@shop.example>", role="Writer"):
    return client.post("/admin/auth/user/invite/", {"addresses": addresses, "role": role})


def test_somebody_is_invited_chooses_a_password_and_has_the_role():
    assert invite(signed_in("Owner")).status_code == 302
    user = User.objects.get(username="new@shop.example")
    assert [group.name for group in user.groups.all()] == ["Writer"]
    assert not user.has_usable_password()
    mail = Mail.objects.get(key__startswith="staff_invited")
    assert mail.subject.startswith("owner invites you")
    client = Client()
    form = client.get(urlsplit(re.search(r"http\S+/password/new/\S+", mail.text)[0]).path).headers["Location"]
    assert client.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    try_in(client, "new@shop.example", NEW)
    assert is_in(client)
    assert Deed.objects.filter(who="owner", kind="auth.User", verb="added").exists()


def test_five_are_invited_at_once_as_a_program_for_mail_copies_them():
    pasted = "Shaw, Nora <Nora@shop.example>; tom@shop.example, “Ada”<ada@shop.example>,\n\nivo@shop.example\r\nzoe@shop.example\u200b"
    assert invite(signed_in("Owner"), pasted + "\nTOM@shop.example").status_code == 302
    people = {user.username: user for user in User.objects.filter(username__endswith="@shop.example")}
    assert {*people} >= {f"{name}@shop.example" for name in ("nora", "tom", "ada", "ivo", "zoe")}
    assert people["nora@shop.example"].first_name == "Shaw, Nora"
    assert Mail.objects.filter(key__startswith="staff_invited").count() == 5


def test_one_that_can_not_be_invited_is_named_and_nobody_is_invited_by_half():
    somebody()
    page = invite(signed_in("Owner"), "nora@shop.example\nSam@shop.example\nno address").content.decode()
    assert "“sam@shop.example”: somebody with this address is here already." in page
    assert "“no address”: Enter a valid" in page
    assert not User.objects.filter(username="nora@shop.example").exists()
    many = "\n".join(f"p{number}@shop.example" for number in range(31))
    assert "at most 30 at a time" in invite(signed_in("Owner"), many).content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"addresses": "Nora"},
        {"addresses": "Nora <SAM@shop.example>"},
        {"addresses": "Nora <>, ; @"},
        {"role": "Emperor"},
    ],
)
def test_what_can_not_be_is_refused_and_kept(sent):
    somebody()
    answer = invite(signed_in("Owner"), **sent)
    assert answer.status_code == 200
    assert "Nora" in answer.content.decode()
    assert not Mail.objects.filter(key__startswith="staff_invited").exists()


@pytest.mark.parametrize("role", [role for role in ROLES if role != "Owner"])
def test_nobody_but_owners_invites(role):
    assert invite(signed_in(role)).status_code == 403


def test_the_list_says_who_may_do_what_in_as_many_queries_however_long(django_assert_max_num_queries):
    with_app(somebody())
    client = signed_in("Owner")
    page = client.get("/admin/auth/user/").content.decode()
    assert DOES["Orders"] in page
    assert "icon-yes" in page
    for number in range(20):
        somebody(f"more{number}")
    with django_assert_max_num_queries(20):
        client.get("/admin/auth/user/")


def test_an_owner_mails_a_link_and_takes_a_lost_factor_away():
    user = somebody()
    with_app(user)
    client = signed_in("Owner")
    for action in ("send_links", "take_factors"):
        client.post("/admin/auth/user/", {"action": action, "_selected_action": [user.pk]})
    assert Mail.objects.filter(key__startswith="staff_reset", to=user.email).count() == 1
    client = Client()
    try_in(client)
    assert is_in(client)
