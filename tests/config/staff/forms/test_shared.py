"""What one request does, the next must not meet: forms and admins are one and the same for everybody.

And nobody gets by way of the admin what they have no right to: the secret address of an order above all.
"""

import json
from types import FunctionType, MappingProxyType

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import flatten
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test import Client

from articles.models import Article, PreviewLink, Version
from articles.publishing.drafts import open_draft
from config.staff.roles import ROLES
from shop.invoices.issue import issue_documents
from tests.support.factories import an_order_at_stripe, deliver_events, region
from tests.support.rows import fill
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
OURS = ("config", "shop", "articles")


def state_of(value, depth=0):
    """A value down to what it is made of, so that a change in place shows."""
    if depth > 6 or isinstance(value, type | FunctionType | models.Model | models.QuerySet | models.Field):
        return repr(value)[:80] if isinstance(value, type) else type(value).__name__
    match value:
        case dict() | MappingProxyType():
            return {
                str(key): state_of(one, depth + 1)
                for key, one in sorted(value.items(), key=lambda p: str(p[0]))
            }
        case list() | tuple() | set():
            return [state_of(one, depth + 1) for one in value]
        case forms.Field() | forms.Widget():
            return {"is": type(value).__name__, **state_of(vars(value), depth + 1)}
        case None | bool() | int() | float() | str():
            return value
    return type(value).__name__


def subclasses(one):
    return {one}.union(*(subclasses(inner) for inner in one.__subclasses__()))


def shared() -> dict:
    """Of every form class and every admin of ours: its attributes, and its fields down to their widgets."""
    found = {}
    for form in subclasses(forms.BaseForm):
        if form.__module__.startswith(OURS) and "declared_fields" in vars(form):
            found[f"{form.__module__}.{form.__qualname__}:{id(form)}"] = state_of(
                {"declared": form.declared_fields, "base": form.base_fields}
            )
    for model, one in admin.site._registry.items():
        found[f"admin of {model}"] = state_of(vars(one))
        for base in type(one).__mro__:
            if base.__module__.startswith(OURS):
                found[f"{base.__module__}.{base.__qualname__}:{id(base)}"] = state_of(dict(vars(base)))
        for inline in one.inlines:
            found[f"inline {inline}:{id(inline)}"] = state_of(dict(vars(inline)))
    return found


def pages():
    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield path
        yield f"{path}add/"
        row = model._default_manager.order_by("-pk").first()
        if row is not None:
            yield f"{path}{row.pk}/change/"


@pytest.mark.walk
def test_no_look_and_no_save_changes_a_form_or_an_admin_for_others():
    owner = signed_in()
    fill()
    open_draft(Article.objects.exclude(publications=None).first(), "x")
    forms_only = [path for path in pages() if path.endswith(("/add/", "/change/"))]
    for path in forms_only:
        owner.get(path)  # what is made once, on the first look
    before = shared()
    for role in ("Marketing", "Orders"):
        client = signed_in(role)
        client.raise_request_exception = True
        for path in forms_only:
            page = client.get(path)
            if page.status_code == 200 and path.endswith("/change/"):
                client.post(path, {**fields_of(page.content.decode()), "_continue": "1"})
    after = shared()
    changed = {name for name in before if json.dumps(before[name]) != json.dumps(after.get(name))}
    assert not changed
    assert len(before) > 100


@pytest.mark.slow
@pytest.mark.parametrize("role", ["Marketing", "Orders", "Editor"])
def test_a_field_that_one_may_not_change_stays_open_to_others(role):
    """Marketing opens a draft; the fields of the next person are as they were."""
    draft = open_draft(Article.objects.exclude(publications=None).first(), "x")
    path = f"/admin/articles/version/{draft.pk}/change/"
    signed_in(role).get(path)
    add = signed_in("Writer").get("/admin/articles/version/add/")
    form = add.context_data["adminform"].form
    assert not [name for name, field in form.fields.items() if field.disabled]


def link_to(row, model=None) -> str:
    return f"/admin/r/{ContentType.objects.get_for_model(model or row).pk}/{row.pk}/"


@pytest.fixture
def secrets():
    """Things whose address is a secret, each with its token."""
    order, _ = an_order_at_stripe()
    version = Version.objects.exclude(publications=None).first()
    link = PreviewLink.objects.create(
        version=version, region=region("uk"), expires_at=version.changed_at.replace(year=2999)
    )
    return order, link


@pytest.mark.slow
def test_view_on_site_leads_nobody_to_what_they_may_not_see(secrets):
    order, link = secrets
    bare = User.objects.create(username="bare", is_staff=True)
    nobody = Client(SERVER_NAME="127.0.0.1")
    nobody.force_login(bare)
    for client in (nobody, signed_in("Writer"), signed_in("Editor"), signed_in("Marketing")):
        for row in (order, link):
            answer = client.get(link_to(row))
            assert answer.status_code == 404
            assert row.token not in str(answer.headers) + answer.content.decode()
    assert signed_in("Orders").get(link_to(order)).url == order.get_absolute_url()
    assert signed_in("Orders").get(link_to(link)).status_code == 404
    for odd in ("²/1", "1/²", f"{'9' * 30}/1", "1/" + "9" * 30, "0/0", "x/y/z"):
        assert signed_in("Orders").get(f"/admin/r/{odd}/").status_code == 404, odd
    assert Client().get(link_to(order)).status_code == 302  # to the sign-in


@pytest.mark.walk
def test_no_page_of_the_admin_shows_a_secret_address_without_the_right(secrets):
    """Lists, forms, choices and exports, as somebody with no right and as those who don't work at orders."""
    order, link = secrets
    fill()
    deliver_events()
    issue_documents()
    bare = User.objects.create(username="bare", is_staff=True)
    nobody = Client(SERVER_NAME="127.0.0.1")
    nobody.force_login(bare)
    for client in (nobody, signed_in("Marketing", "Editor")):
        for path in (
            *pages(),
            "/admin/",
            "/admin/earnings/",
            "/admin/links/",
            "/admin/vat/",
            "/admin/ledger/",
        ):
            answer = client.get(path, follow=True)
            text = answer.content.decode(errors="replace") + str(answer.redirect_chain)
            assert order.token not in text, path
            if client is nobody:
                assert link.token not in text, path


def autocompletes():
    """(app, model, field) of every choice that is looked for in some form."""
    for model, one in admin.site._registry.items():
        for name in one.autocomplete_fields:
            yield model._meta.app_label, model._meta.model_name, name
        for inline in one.inlines:
            assert issubclass(inline, InlineModelAdmin)
            for name in inline.autocomplete_fields:
                yield inline.model._meta.app_label, inline.model._meta.model_name, name


@pytest.mark.walk
@pytest.mark.parametrize("role", ["", *ROLES])
def test_every_choice_can_be_looked_for_by_every_role(role):
    """Found by those who may see what is chosen, refused to others, an error to nobody."""
    fill()
    client = signed_in(role) if role else signed_in()
    found = set()
    for app, model, field in autocompletes():
        for term in ("", "²%"):
            asked = {"app_label": app, "model_name": model, "field_name": field, "term": term}
            answer = client.get("/admin/autocomplete/", asked)
            assert answer.status_code in {200, 403}, (app, model, field, term)
            if answer.status_code == 200:
                found.add((model, field))
    if role in {"", "Marketing", "Owner"}:
        assert {("letterarticle", "article"), ("pin", "article"), ("pin", "product")} <= found


def test_every_permission_of_an_admin_answers_by_the_name_that_django_uses(rf):
    request = rf.get("/")
    request.user = User.objects.create(username="bare", is_staff=True)
    request.user.user_permissions.set(Permission.objects.all()[:5])
    for model, one in admin.site._registry.items():
        row = model._default_manager.first()
        for permission in ("view", "change", "delete"):
            ask = getattr(one, f"has_{permission}_permission")
            assert ask(request, obj=row) == ask(request, row)
            assert ask(request, obj=None) == ask(request)
        assert flatten([one.has_add_permission(request), one.has_view_or_change_permission(request, obj=row)])
