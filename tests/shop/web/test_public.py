"""A public page knows the keys of a query that its view declares, and no other."""

import contextlib
import inspect
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from config.middleware.page_cache import query_seen
from shop.web.public import HOW_THEY_CAME, own_address, public_page
from tests.support.public import public_views

READ = re.compile(
    r"""GET(?:\.get\(|\.getlist\(|\[)\s*f?["'](\w+)["']|["'](\w+)["'] (?:not )?in request\.GET"""
)


@public_page(query=("size", "page"))
def shelf(request):
    if request.GET.get("size") == "none":
        raise Http404
    return HttpResponse(repr(request.GET.dict()))


def asked(query):
    return RequestFactory().get(f"/uk/shelf/?{query}")


@pytest.mark.parametrize("key", ["colour", "Size", "size ", "size[]", "fbclid", "q", "next", "utm_term"])
def test_a_key_that_is_not_declared_never_reaches_the_view_nor_the_cache(key):
    plain, other = asked("size=2"), asked(f"size=2&{key}=1")
    assert shelf(other).content == shelf(plain).content
    assert query_seen(other, shelf) == query_seen(plain, shelf)


@pytest.mark.parametrize("key", ["size", "page", *HOW_THEY_CAME])
def test_a_key_that_a_page_knows_reaches_its_view_and_has_an_entry_of_its_own(key):
    keys = {query_seen(asked(query), shelf) for query in ("", f"{key}=1", f"{key}=2")}
    assert len(keys) == 3
    assert f"'{key}': '2'" in shelf(asked(f"{key}=2")).content.decode()


def test_of_several_values_of_a_key_the_view_sees_the_one_that_counts():
    last, both, turned = asked("page=1&size=3"), asked("size=2&size=3&page=1"), asked("size=3&page=1")
    assert shelf(last).content == shelf(both).content == shelf(turned).content
    assert len({query_seen(one, shelf) for one in (last, both, turned)}) == 1


@pytest.mark.parametrize("size", ["1", "none"])
def test_what_comes_after_the_view_has_the_whole_query_again(size):
    request = asked(f"size={size}&fbclid=1")
    with contextlib.suppress(Http404):
        shelf(request)
    assert request.GET.dict() == {"size": size, "fbclid": "1"}


def test_a_page_without_keys_needs_no_brackets():
    assert public_page(lambda request: HttpResponse(len(request.GET)))(asked("size=1")).content == b"0"


def test_an_address_that_led_nowhere_names_its_campaign_alone():
    assert own_address(asked("size=1&utm_source=x&q=2")) == "/uk/shelf/?utm_source=x"


def test_views_and_templates_read_no_key_that_no_public_view_beside_them_declares():
    declared: dict[str, set] = {}
    for view in public_views():
        inner = inspect.unwrap(view)
        module = inner.__module__ if inspect.isfunction(inner) else type(inner).__module__
        declared.setdefault(module, set()).update(view.query_keys, view.several_keys)
    assert len(declared) >= 7
    for module, keys in declared.items():
        text = Path(settings.BASE_DIR, *module.split(".")).with_suffix(".py").read_text()
        read = {first or second for first, second in READ.findall(text)}
        assert read <= keys, module
    for file in Path(settings.BASE_DIR, "templates").rglob("*"):
        assert file.is_dir() or "request.GET" not in file.read_text(), f"{file.name}: let its view read it"
