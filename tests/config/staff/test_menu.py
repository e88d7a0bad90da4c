"""The menu holds what its reader may see, whoever asked before."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Group, Permission, User

pytestmark = pytest.mark.django_db


def seen_by(rf, user) -> set[str]:
    request = rf.get("/admin/")
    request.user = user if user.pk is None else User.objects.get(pk=user.pk)
    return {model["object_name"] for app in admin.site.get_app_list(request) for model in app["models"]}


@pytest.fixture
def people():
    roles = ["Writer", "Orders", "Owner"]
    found = {role: User.objects.create_user(role, is_staff=True) for role in roles}
    for role, user in found.items():
        user.groups.add(Group.objects.get(name=role))
    found["superuser"] = User.objects.create_superuser("root")
    found["gone"] = User.objects.create_superuser("gone", is_active=False)
    found["anonymous"] = AnonymousUser()
    return found


def test_it_is_the_same_in_whatever_order_people_ask(rf, people):
    alone = {}
    for who, user in people.items():
        admin.site._app_lists.clear()
        alone[who] = seen_by(rf, user)
    assert alone["gone"] == alone["anonymous"] == set()
    assert "Order" in alone["Orders"]
    assert "Order" not in alone["Writer"]
    for order in ([*people], [*people][::-1]):
        admin.site._app_lists.clear()
        assert {who: seen_by(rf, people[who]) for who in order} == alone


def test_a_right_that_is_given_or_taken_shows_at_once(rf, people):
    writer = people["Writer"]
    before = seen_by(rf, writer)
    right = Permission.objects.get(codename="view_order", content_type__app_label="orders")
    writer.user_permissions.add(right)
    assert seen_by(rf, writer) == before | {"Order"}
    writer.user_permissions.remove(right)
    assert seen_by(rf, writer) == before


def test_however_many_sets_of_rights_there_are_it_keeps_some(rf, monkeypatch):
    monkeypatch.setattr("config.staff.site.MOST_APP_LISTS", 3)
    admin.site._app_lists.clear()
    for number, right in enumerate(Permission.objects.filter(codename__startswith="view_")[:8]):
        user = User.objects.create_user(f"person-{number}", is_staff=True)
        user.user_permissions.add(right)
        seen_by(rf, user)
        assert len(admin.site._app_lists) <= 3
