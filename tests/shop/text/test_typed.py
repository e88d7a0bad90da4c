"""What is pasted carries characters that nobody sees. They change nothing."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.test import RequestFactory

from shop.alerts.models import StockAlert
from shop.basket.models import Basket
from shop.codes.discount import discount_for, person_of
from shop.orders.models import Order
from shop.text.typed import (
    address_anywhere,
    no_links,
    one_spelling,
    typed_code,
    typed_mail,
    without_format,
    without_invisible,
)
from tests.support.factories import post_with_token, region, set_stock
from tests.support.orders import a_code

pytestmark = pytest.mark.django_db
UNSEEN = ["\u200b", "\ufeff", "\u00a0", "\u00ad", "\u200e", "\u202e", "\u2066", "\u2060", "\u180e", "\u034f", "\u3164", "\ufe0f",
          "\u2800", "\u061c", "\u2009", "\u3000", "\u2028", "\U000e0061"]  # fmt: skip


def with_unseen(text: str, sign: str) -> str:
    return sign + text[:2] + sign + text[2:] + sign


@pytest.mark.parametrize("sign", UNSEEN)
def test_codes_and_addresses_are_what_one_sees(sign):
    assert typed_code(with_unseen("SPRING10", sign)) == "SPRING10"
    assert typed_mail(with_unseen("ada@example.org", sign)) == "ada@example.org"
    assert one_spelling(with_unseen("22100", sign)).replace(" ", "") == "22100"
    assert without_invisible(f"{sign}Ada{sign}") == "Ada"


def test_one_spelling_of_digits_letters_and_dashes():
    assert one_spelling("ＡＸ－２２１００") == "AX-22100"
    assert one_spelling("٢٢١٠٠") == "22100"
    assert {one_spelling(f"1{dash}2") for dash in "‐‑‒–—―−－⁃﹣ー"} == {"1-2"}
    assert typed_code(" spring – 10 ") == "SPRING-10"


def test_what_means_something_stays():
    assert without_invisible("Zoë  O’Neill-Łuk ") == "Zoë O’Neill-Łuk"
    assert without_invisible("می\u200cخواهم", joiners=True) == "می\u200cخواهم"
    assert without_invisible("\u200cAda\u200c", joiners=True) == "Ada"
    assert typed_mail("ada lovelace@example.org") == "ada lovelace@example.org", (
        "two words are told as a mistake"
    )


def test_a_pasted_code_is_the_code(shopper):
    a_code("SPRING10", percent=10)
    for pasted in (
        "spring10\u200b",
        "\ufeffSPRING10",
        "ＳＰＲＩＮＧ１０",
        "SPR\u00adING 10",
        "SPRING\u00a010",
    ):
        assert discount_for(pasted, region("uk"), [(1, 1000)]).total == 100
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    shopper.post("/uk/basket/code/", {"code": "\u202aspring10\u202c"})
    assert Basket.objects.get().code == "SPRING10"


def test_one_person_is_one_person():
    assert person_of("Ada@example.org") == person_of("\u200bada@example.org\ufeff")


def test_a_pasted_address_is_ordered_with_and_written_to(shopper):
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    path = "/uk/checkout/"
    data = {"email": "\u200bada@exam\u00adple.org\u00a0", "name": "Ada\u200b  Lovelace", "country": "GB", "line1": "\ufeff1 High Street",
            "line2": "", "town": "Leeds\u200e", "postcode": "LS1\u20094AP", "shown_total": "1195"}  # fmt: skip
    post_with_token(shopper, path, path, data)
    order = Order.objects.get()
    assert (order.email, order.name, order.line1, order.town, order.postcode) == (
        "ada@example.org", "Ada Lovelace", "1 High Street", "Leeds", "LS1 4AP",
    )  # fmt: skip
    set_stock("OIL-SPR-100", "uk", 0)
    shopper.post("/uk/alerts/", {"variant": "OIL-SPR-100", "email": "ada@example.org\u200b"})
    assert StockAlert.objects.get().email == "ada@example.org"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [("CIT\u200b-CAP-90\ufeff", "CIT-CAP-90"), ("10.1000/ab\u00adc", "10.1000/abc"), ("Zoë\u200e Łuk", "Zoë Łuk"), ("≥ 300\u00a0mg\u200b", "≥ 300\u00a0mg"),
     ("می\u200cخواهم", "می\u200cخواهم"), ("👩\u200d⚕️ asks", "👩\u200d⚕️ asks")],
)  # fmt: skip
def test_staff_lines_lose_what_means_nothing_in_their_script(pasted, kept):
    assert without_format(pasted) == kept


def test_every_form_of_the_admin_reads_what_is_pasted():
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    wanted = {models.EmailField: ("\u200bada@exam\u00adple.org\ufeff", "ada@example.org"),
              models.SlugField: ("\u200bli\u00adon\u2060", "lion"), models.CharField: ("A\u200bB\u00ad1\ufeff", "AB1")}  # fmt: skip
    seen = set()
    for model, form in admin.site._registry.items():
        for column in model._meta.fields:
            if type(column) not in wanted or column.choices or not column.editable:
                continue
            field = form.formfield_for_dbfield(column, request)
            pasted, kept = wanted[type(column)]
            assert field.to_python(pasted) == kept, column
            seen.add(str(column))
    assert {
        "regions.Seller.email",
        "catalogue.Product.slug",
        "catalogue.Variant.sku",
        "articles.Reference.doi",
    } <= seen


LINKS = [
    "https://evil.example", "Win at www.evil.example", "evil.com", "Claim: evil.co.uk today", "evil.com/pay", "EVIL.COM", "evil。com",
    "ｅｖｉｌ．ｃｏｍ", "e\u200bvil.c\u200bom", "evil\u2024com", "<a href=x>Ada</a>", "ada@evil.example", "[Ada](evil)", "mailto:x", "http evil",
    "javascript://x", "prize-4u.xyz", "bit.ly/3x", "t.me/x", "evil.example/path", "\\\\server\\share", "évil.com", "evil.com.", "(evil.com)",
    "evil.zip", "click:evil.mov", "evil.рф", "evil.xn--p1ai", "t.xn--p1ai", "win.evil.museum", "evil.cоm", "St-evil.health",
]  # fmt: skip
NAMES = [
    "Ada Lovelace", "St. John’s Wood Rd", "St.John Rivers", "J.R.R. Tolkien", "Dr.Grace Hopper", "Flat 3/4", "c/o Müller", "Bldg.A Apt.5",
    "O’Neill-Smith", "Αθηνά Παπαδοπούλου", "علی\u200cرضا", "Hauptstr.12", "S.p.A. Rossi", "No.7 & Sons", "1 High Street, 2nd floor",
    "Company Ltd.", "Comte de la Fère", "Net Works Ltd", "P.O. Box 12", "Jean-Luc 2e étage", "Via XX Settembre 5", "Ph.D. Info Ada",
    "ul.Długa 5", "nám.Míru 3", "ST.JOHN", "Mr.Ng", "4.Stock links", "pl.Wolności 1", "e.V. Berlin",
]  # fmt: skip


@pytest.mark.parametrize("typed", LINKS)
def test_what_a_mail_would_make_a_link_of_is_no_name(typed):
    with pytest.raises(ValidationError, match="leave out links"):
        no_links(typed)


@pytest.mark.parametrize("typed", NAMES)
def test_names_and_streets_are_none(typed):
    no_links(typed)


@pytest.mark.parametrize(
    "domain", ["[127.0.0.1]", "[::1]", "10.0.0.25", "localhost", "intranet", "127.0.0.1"]
)
def test_no_mail_goes_to_a_machine_of_our_own_network(domain):
    with pytest.raises(ValidationError):
        address_anywhere(f"root@{domain}")


@pytest.mark.parametrize(
    "domain", ["example.org", "xn--e1afmkfd.example", "bücher.example", "3com.com", "1.example"]
)
def test_mail_goes_anywhere_else(domain):
    address_anywhere(f"ada@{domain}")
