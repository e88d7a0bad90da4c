"""Every address of the resolver, asked for by everybody: who gets in is what the rows of tests/support/access.py say."""

import logging
import re
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType

from tests.support import access
from tests.support.access import SIGNED_OUT, STAFF, VISITORS, Page, has
from tests.support.hostile import addresses
from tests.support.strangers import Strangers, visitor

pytestmark = pytest.mark.django_db
OF_A_MODEL = re.compile(r"admin/(\w+)/(\w+)/(?:(?:<object_id>/)?(add|change|delete|history)/|<object_id>/)?")
ROUTES = sorted(set(addresses()))
REGISTERED = {model._meta.label_lower: one for model, one in admin.site._registry.items()}
LISTS = {
    "public": access.PUBLIC, "entry": access.ENTRY, "own": access.OWN_ACCOUNT, "of another": access.OF_SOMEBODY_ELSE,
    "form": access.BY_FORM, "staff form": access.STAFF_BY_FORM, "secret": access.SECRET,
    "secret form": access.SECRET_BY_FORM, "rights": access.RIGHTS,
    "by kind": access.BY_KIND, "nobody": access.NOBODY,
}  # fmt: skip
SEE_NO_BUYER = ["anonymous", "another shopper", "not staff", "no role", "Writer", "Editor"]
LED_TO = {"/admin/login/": "sign in", "/admin/login/closed/": "closed"}
SILENT = ["letters/<token>/stop/"]  # answers alike whether there is such a letter


def page_of(route: str) -> Page | None:
    found = OF_A_MODEL.fullmatch(route)
    model = f"{found[1]}.{found[2]}" if found else ""
    return Page(model, found[3] or "") if found and model in REGISTERED else None


def rows_of(route: str) -> list[str]:
    """The lists in which an address has a row; one, where all is well."""
    return [name for name, rows in LISTS.items() if route in rows] + ["model"] * (page_of(route) is not None)


@pytest.fixture
def there():
    logging.disable(logging.WARNING)  # thousands are refused
    yield Strangers()
    logging.disable(logging.NOTSET)


def asked(client, address, sent=None) -> tuple[str, str]:
    """What became of a GET or, with something to send, of a POST (in, sign in, closed, no, or the status), and the page."""
    answer, at = client.get(address) if sent is None else client.post(address, sent), address
    for _ in range(5):
        if answer.status_code not in (301, 302, 303, 307):
            break
        at = urljoin(at, answer["Location"])
        path = urlsplit(at).path
        if path in LED_TO:
            return LED_TO[path], ""
        if path.startswith(settings.STATIC_URL):
            return "in", ""
        answer = client.get(at)
    assert answer.status_code not in (301, 302, 303, 307), (address, "led in circles")
    assert answer.status_code < 500, (address, sent)
    text = "" if answer.streaming else answer.content.decode(errors="replace")
    refused = answer.status_code in (403, 404, 410)
    return "no" if refused else "in" if answer.status_code < 400 else str(answer.status_code), text


def expected(who: str, route: str) -> set[str]:
    """What may become of a GET."""
    page, kind = page_of(route), rows_of(route)[0]
    is_in = who not in SIGNED_OUT
    match kind:
        case "public" | "secret":
            return {"no"} if route in access.EMPTY else {"in"}
        case "form" | "secret form":
            return {"405"}
        case "entry":
            return {"in", "sign in"} if who in SIGNED_OUT else {"in", "sign in", "closed"}
        case "own":
            return {"in", "no"} if is_in else {"sign in"}
        case "of another":
            return {"no"} if is_in else {"sign in"}
        case "staff form":
            return {"405"} if who in STAFF else {"sign in", "closed", "no", "405"}
    if who not in STAFF:
        return {"closed"} if is_in else {"sign in"}
    if page:
        return {"in"} if any(has(who, right) for right in page.rights()) else {"no"}
    if kind == "rights":
        return {"in"} if all(has(who, right) for right in access.RIGHTS[route]) else {"no"}
    return {"in", "no"} if kind == "by kind" else {"no"}


def test_every_address_has_one_row():
    found = {route: rows_of(route) for route in ROUTES}
    assert {route: rows for route, rows in found.items() if len(rows) != 1} == {}
    assert {row for rows in LISTS.values() for row in rows} <= set(ROUTES), "rows of addresses that are gone"


@pytest.mark.walk
@pytest.mark.parametrize("who", VISITORS)
def test_everybody_gets_in_where_their_row_says_and_nowhere_else(who, there):
    client, wrong = visitor(who, there), []
    for route in ROUTES:
        page, wanted = page_of(route), expected(who, route)
        address = there.address(route, page.model if page else "")
        got, text = asked(client, address)
        if got not in wanted:
            wrong.append((route, wanted, got))
        if who in SEE_NO_BUYER and rows_of(route) != ["secret"]:
            wrong += [(route, "tells of Ada", fact) for fact in there.of_ada() if fact in text]
        if not wanted & {"in", "405"}:
            got, _ = asked(client, address, {"post": "yes", "_save": "1", "action": "delete_selected"})
            if got == "in":
                wrong.append((route, "POST", got))
        elif set(rows_of(route)) & {"form", "secret form"}:
            _, text = asked(client, address, {})
            wrong += [
                (route, "tells of Ada", fact)
                for fact in there.of_ada()
                if "form" in rows_of(route) and fact in text
            ]
    assert wrong == []


@pytest.mark.walk
@pytest.mark.parametrize("who", ["anonymous", "another shopper", "Writer"])
def test_no_number_and_no_secret_of_something_else_opens_what_has_a_secret_address(who, there):
    client, opened = visitor(who, there), []
    for route in [*access.SECRET, *access.SECRET_BY_FORM]:
        for values in there.wrong(route):
            address = there.address(route, **values)
            got, text = asked(client, address, {} if route in access.SECRET_BY_FORM else None)
            if got == "in" and (route not in SILENT or any(fact in text for fact in there.of_ada())):
                opened.append(address)
    assert opened == []


@pytest.mark.walk
@pytest.mark.parametrize("who", STAFF)
def test_a_row_s_own_page_choices_and_lists_follow_the_right_to_its_kind(who, there):
    client, wrong = visitor(who, there), []

    def compare(address, rights):
        wanted = "in" if any(has(who, right) for right in rights) else "no"
        if (got := asked(client, address)[0]) != wanted:
            wrong.append((address, wanted, got))

    for model, one in REGISTERED.items():
        rights = Page(model, "").rights()
        row = there.row_of(model)
        if hasattr(row, "get_absolute_url"):
            compare(f"/admin/r/{ContentType.objects.get_for_model(row).pk}/{row.pk}/", rights)
        for source in [one, *(inline(one.model, admin.site) for inline in one.inlines)]:
            for name in source.autocomplete_fields:
                field = source.model._meta.get_field(name)
                query = {"app_label": field.model._meta.app_label, "model_name": field.model._meta.model_name, "field_name": name}  # fmt: skip
                to = field.remote_field.model._meta.label_lower
                compare(f"/admin/autocomplete/?{urlencode(query)}", Page(to, "").rights())
        missing = f"/admin/{model.replace('.', '/')}/999999999/history/"
        compare(missing, rights)
    for app in sorted({model.split(".")[0] for model in REGISTERED}):
        got = asked(client, f"/admin/{app}/")[0]
        names = [model.split(".")[1] for model in REGISTERED if model.startswith(f"{app}.")]
        some = [f"{app}.{verb}_{name}" for name in names for verb in ("view", "change", "add", "delete")]
        if got == "in" and not any(has(who, right) for right in some):
            wrong.append((app, "no", got))
    compare(f"/admin/outbox/mail/{there.staff_mail.pk}/html/", ["auth.change_user"])
    assert wrong == []


@pytest.mark.walk
def test_a_made_up_link_to_a_password_shows_no_form(there):
    page = asked(visitor("anonymous", there), "/admin/password/new/1-abc-def/")[1]
    assert 'name="password1"' not in page
