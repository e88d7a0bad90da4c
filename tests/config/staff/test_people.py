"""There is always somebody left who may do everything."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.utils.html import strip_tags

from config.staff.people import is_last_owner, owners
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


def an_owner(name: str) -> User:
    user = User.objects.create_user(name, password="long-enough-for-tests", is_staff=True)
    user.groups.add(Group.objects.get(name="Owner"))
    return user


def alone() -> tuple:
    """A signed-in Owner and nobody else."""
    client = signed_in("Owner")
    return client, User.objects.get(username="owner")


def page_of(user) -> str:
    return f"/admin/auth/user/{user.pk}/change/"


WAYS = {
    "no longer active": {"is_active": None},
    "no longer staff": {"is_staff": None},
    "without the role": {"groups": []},
    "with another role": {"groups": "Writer"},
}


def change(client, user, way):
    sent = fields_of(client.get(page_of(user)).content.decode())
    for name, value in way.items():
        if value is None:
            sent.pop(name)
        else:
            sent[name] = str(Group.objects.get(name=value).pk) if isinstance(value, str) else value
    return client.post(page_of(user), sent)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_last_owner_stays_one(way):
    client, user = alone()
    answer = change(client, user, way)
    assert "Nobody else could do everything then" in answer.content.decode()
    assert list(owners()) == [user]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_one_of_two_may_go(way):
    client, user = alone()
    other = an_owner("grace")
    assert change(client, user, way).status_code == 302
    assert list(owners()) == [other]


def test_another_who_can_not_sign_in_does_not_count():
    _, user = alone()
    for number, odd in enumerate(({"is_active": False}, {"is_staff": False})):
        User.objects.filter(pk=an_owner(f"o{number}").pk).update(**odd)
    assert is_last_owner(user)
    an_owner("grace")
    assert not is_last_owner(user)


def test_the_last_owner_is_not_deleted_alone_or_among_others():
    client, user = alone()
    writer = User.objects.create_user("writer", is_staff=True)
    assert client.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    form = {"action": "delete_selected", "_selected_action": [user.pk, writer.pk], "post": "yes"}
    client.post("/admin/auth/user/", form)
    assert User.objects.filter(pk=user.pk).exists()


def test_a_name_is_changed_all_the_same():
    client, user = alone()
    sent = fields_of(client.get(page_of(user)).content.decode())
    assert client.post(page_of(user), {**sent, "first_name": "Ada"}).status_code == 302
    user.refresh_from_db()
    assert user.first_name == "Ada"


def test_rights_are_said_in_plain_words_by_what_they_are_about():
    """Django's own words, such as “Can add letter”, are for those who know its tables."""
    owner = signed_in("Owner")
    page = owner.get(f"/admin/auth/group/{Group.objects.get(name='Writer').pk}/change/").content.decode()
    text = " ".join(strip_tags(page.split('class="rights"')[1].split("submit-row")[0]).split())
    assert "Can add" not in text
    assert "|" not in text
    assert "Discount codes see add change delete" in text
    assert "send, cancel and take back orders" in text
    for nobodys in ("Session", "Content type", "Presence", "Sandbox"):
        assert nobodys not in text


def test_what_is_saved_are_the_rights_that_are_ticked_and_those_that_nobody_sees_stay():
    owner = signed_in("Owner")
    role = Group.objects.create(name="Packer")
    unseen = Permission.objects.get(codename="view_presence")
    seen, other = Permission.objects.filter(codename__in=["view_order", "change_order"]).order_by("-codename")
    role.permissions.set([unseen, seen])
    path = f"/admin/auth/group/{role.pk}/change/"
    page = owner.get(path).content.decode()
    assert f'value="{seen.pk}" checked' in page
    sent = fields_of(page)
    assert owner.post(path, {**sent, "permissions": [*sent["permissions"], str(other.pk)]}).status_code == 302
    assert set(role.permissions.all()) == {unseen, seen, other}


def test_the_rights_of_a_page_cost_the_same_number_of_queries_whatever_is_ticked(
    django_assert_max_num_queries,
):
    owner = signed_in("Owner")
    with django_assert_max_num_queries(20):
        owner.get(f"/admin/auth/group/{Group.objects.get(name='Owner').pk}/change/")


def test_a_colleagues_new_password_is_asked_for_without_words_of_machines():
    owner = signed_in("Owner")
    other = an_owner("grace")
    path = f"/admin/auth/user/{other.pk}/password/"
    page = owner.get(path).content.decode()
    assert "authenticat" not in page
    assert owner.post(path, {"password1": "", "password2": ""}).status_code == 200
    answer = owner.post(
        path, {"password1": "four unrelated words do", "password2": "four unrelated words do"}
    )
    assert answer.status_code == 302
    other.refresh_from_db()
    assert other.check_password("four unrelated words do")
    assert "authenticat" not in owner.get("/admin/auth/user/add/").content.decode()
