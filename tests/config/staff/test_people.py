"""There is always somebody left who may do everything."""

import pytest
from django.contrib.auth.models import Group, User

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
