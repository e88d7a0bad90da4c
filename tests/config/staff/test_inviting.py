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


def invite(client, email="new@shop.example", role="Writer"):
    return client.post("/admin/auth/user/invite/", {"email": email, "first_name": "Nora", "role": role})


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


@pytest.mark.parametrize(
    "sent", [{"email": "no address"}, {"email": "SAM@shop.example"}, {"role": "Emperor"}]
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
