"""Addresses that are worked out once are those that Django works out each time."""

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import NoReverseMatch, resolve, reverse

from shop.web.reversing import address
from shop.web.static_addresses import StaticAddresses


def drawn(text: str, path: str = "/uk/", **facts) -> str:
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    return Template(text).render(Context({"request": request, **facts}))


@pytest.mark.parametrize("code", ["uk", "us"])
def test_each_region_has_its_own(code):
    for _ in range(2):
        assert address("catalogue:list", region=code) == reverse("catalogue:list", kwargs={"region": code})
        assert drawn("{% url 'catalogue:list' region=code %}", code=code) == f"/{code}/shop/"


def test_what_is_odd_in_an_address_is_escaped_and_what_has_none_is_an_error():
    found = "{% url 'suggest' region=code %}?a=1&amp;b"
    assert drawn(found, code="uk").startswith(reverse("suggest", kwargs={"region": "uk"}))
    with pytest.raises(NoReverseMatch):
        drawn("{% url 'nothing' %}")
    assert drawn("{% url 'nothing' as there %}[{{ there }}]") == "[]"
    assert drawn("{% url 'catalogue:list' region=code as there %}[{{ there }}]", code="eu") == "[/eu/shop/]"


def test_an_address_of_the_admin_is_that_of_the_site_one_is_on():
    assert drawn("{% url 'admin:index' %}", path="/admin/") == "/admin/"
    assert drawn("{% url 'admin:catalogue_product_change' 7 %}", path="/admin/") == reverse(
        "admin:catalogue_product_change", args=[7]
    )


def test_a_file_has_the_address_that_the_manifest_says_now(settings):
    storage = StaticAddresses()
    storage.hashed_files = {"css/site.css": "css/site.111.css"}
    assert [storage.url("css/site.css") for _ in range(2)] == ["/static/css/site.111.css"] * 2
    storage.hashed_files = {"css/site.css": "css/site.222.css"}
    assert storage.url("css/site.css") == "/static/css/site.222.css"
    settings.DEBUG = True
    assert storage.url("css/site.css") == "/static/css/site.css"
    assert staticfiles_storage.url("css/site.css").startswith("/static/css/site.")
