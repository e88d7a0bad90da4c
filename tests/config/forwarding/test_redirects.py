"""Addresses of another shop: one by one, by the table, and what is said of a row that can't be used."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.forwarding.models import MissedPage, Redirect
from config.forwarding.plan import State, Wish, carry_out, plan, wishes_in
from config.forwarding.spelling import BadAddress, key_of, may_be_kept, old_address
from shop.regions.models import Region
from shop.text.tables import decoded
from tests.conftest import a_shopper
from tests.support.staff import fields_of, signed_in

CITRATE = "/uk/shop/magnesium-citrate-capsules/"
GUIDE = "/uk/articles/magnesium-and-restless-legs-guide/"
HERE = pytest.mark.django_db


def bring(text: str):
    found = plan(wishes_in(text))
    carry_out(found)
    return found


def said(text: str) -> list[tuple[int, str, str]]:
    return [(row.line, row.state.value, row.said) for row in plan(wishes_in(text)).outcomes]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("/products/Night-Cream/", "/products/night-cream"),
        ("https://old-shop.example/products/night-cream?utm_source=x&fbclid=1#top", "/products/night-cream"),
        ("//old-shop.example/a", "/a"),
        ("/a//b///", "/a/b"),
        ("/caf%C3%A9", "/café"),
        ("/cafe\u0301", "/café"),
        ("/p?b=2&a=1", "/p?a=1&b=2"),
        ("/p?A=X", "/p?a=x"),
        ("/p?empty=", "/p?empty="),
        ("  /trimmed  ", "/trimmed"),
        ("/collections/all?page=2", "/collections/all?page=2"),
        ("/ein name mit blanks", "/ein name mit blanks"),
    ],
)
def test_an_address_has_one_spelling(typed, key):
    assert old_address(typed) == key


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "products/x", "javascript:alert(1)", "mailto:a@b.example", "data:text/html,x", "http://[::1", "/a\x00b",
     "/a%00b", "/a%ffb", "/" + "x" * 500, "ftp://a/b", "\\\\server\\x", "/a%0d%0ab"],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_words(typed):
    with pytest.raises(BadAddress) as refused:
        old_address(typed)
    assert str(refused.value).endswith(".")


@HERE
@pytest.mark.parametrize(
    "asked",
    ["/products/night-cream", "/products/night-cream/", "/Products/Night-Cream", "/products//night-cream", "/products/night%2Dcream"],
)  # fmt: skip
def test_a_reader_is_led_on_in_one_hop_for_good(asked):
    bring(f"/products/night-cream,{CITRATE}")
    answer = a_shopper().get(f"{asked}?utm_source=letter&variant=7")
    assert answer.status_code == 301
    assert answer["Location"] == f"{CITRATE}?utm_source=letter&variant=7"
    assert "no-cache" in answer["Cache-Control"]
    assert Redirect.objects.get().hits == 1


@HERE
def test_an_address_with_its_query_comes_before_the_one_without():
    bring(f"/c?page=2,{GUIDE}\n/c,{CITRATE}")
    assert a_shopper().get("/c?page=2&utm_medium=x")["Location"] == GUIDE
    assert a_shopper().get("/c?page=3")["Location"] == f"{CITRATE}?page=3"


@HERE
def test_only_looking_is_led_on_and_only_where_nothing_is():
    bring(f"/products/night-cream,{CITRATE}")
    assert a_shopper().post("/products/night-cream", {}).status_code in {403, 404}
    assert said(f"{CITRATE},{GUIDE}") == [
        (1, "refused", f"Old address: A page of this shop answers at it already: {CITRATE}.")
    ]


@HERE
@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("", "There is no address."),
        ("uk/shop/", "has to begin"),
        ("/uk/shop/gone-product/", "There is no page at"),
        ("/xx/shop/", "There is no open region “xx”."),
        ("/uk/articles/gone-article/", "There is no page at"),
        ("/uk/help/gone-page/", "There is no page at"),
        ("/nowhere/at/all/", "There is no page at"),
        ("http://other.example/a", "by https alone"),
        ("https://user:word@other.example/", "by https alone"),
        ("javascript:alert(1)", "no address of a web page"),
        ("/p/" + "x" * 500, "may have 400 signs"),
        ("/old", "In a circle"),
        ("https://old-shop.example/x%00", "characters"),
    ],
)
def test_a_row_that_leads_nowhere_is_left_out_with_its_line_and_reason(target, words):
    [(line, state, reason)] = said(f"Redirect from,Redirect to\n/old,{target}")
    assert (line, state) == (2, "refused")
    assert words in reason


@HERE
def test_a_page_is_led_to_by_the_address_it_has_now():
    for typed in (
        "/UK/shop/magnesium-citrate-capsules",
        "https://testserver" + CITRATE,
        "/uk/shop/Magnesium-Citrate-Capsules/",
    ):
        [row] = plan([Wish(1, "/old", typed)]).outcomes
        if "testserver" not in typed:
            assert row.target == CITRATE, typed
    [row] = plan([Wish(1, "/old", GUIDE + "?x=1#sources")]).outcomes
    assert row.target == GUIDE + "?x=1#sources"
    [row] = plan([Wish(1, "/old", "https://elsewhere.example/A?b=C")]).outcomes
    assert (row.state, row.target) == (State.NEW, "https://elsewhere.example/A?b=C")


@HERE
def test_chains_become_one_hop_whoever_comes_first():
    bring(f"/a,/b\n/b,/c\n/c,{CITRATE}")
    assert set(Redirect.objects.values_list("target", flat=True)) == {CITRATE}
    bring(f"/z,/a\n/c,{GUIDE}")
    assert Redirect.objects.get(source="/z").target == CITRATE
    bring(f"/uk/shop/left-for-good,{GUIDE}")
    Redirect.objects.create(source="/past-the-plan", target="/z", target_key="/z")
    assert a_shopper().get("/past-the-plan")["Location"] == CITRATE, (
        "also where a row was made by other means"
    )


@HERE
def test_an_address_that_others_lead_to_takes_them_along_when_it_leads_elsewhere():
    Redirect.objects.create(source="/first", target="/second/", target_key="/second")
    bring(f"/second,{CITRATE}")
    assert Redirect.objects.get(source="/first").target == CITRATE


@HERE
def test_circles_are_left_out_and_name_their_way():
    found = plan(wishes_in(f"/a,/b\n/b,/c\n/c,/a\n/d,{CITRATE}\n/self,/SELF/"))
    assert [row.line for row in found.of(State.REFUSED)] == [1, 2, 3, 5]
    assert found.of(State.REFUSED)[0].said == "Where it leads: In a circle: /a → /b → /c → /a."
    assert [row.source for row in found.changes] == ["/d"]
    Redirect.objects.create(source="/x/1", target="/x/2", target_key="/x/2")
    Redirect.objects.create(source="/x/2", target="/x/1", target_key="/x/1")
    assert a_shopper().get("/x/1").status_code == 404


@HERE
def test_a_table_says_new_changed_there_already_and_twice():
    bring(f"/a,{CITRATE}\n/b,{CITRATE}")
    found = plan(wishes_in(f"/a,{CITRATE}\n/b,{GUIDE}\n/c,{GUIDE}\n/C/,{GUIDE}\n/c,{CITRATE}"))
    assert [row.state.value for row in found.outcomes] == ["same", "changed", "new", "same", "refused"]
    assert found.outcomes[1].before == CITRATE
    assert "Line 3" in found.outcomes[3].words
    assert "Line 3" in found.outcomes[4].words
    assert carry_out(found) == 2
    assert Redirect.objects.count() == 3
    again = plan(wishes_in(f"/a,{CITRATE}\n/b,{GUIDE}\n/c,{GUIDE}"))
    assert again.changes == []


FILES = {
    "Shopify": f"Redirect from,Redirect to\n/old,{CITRATE}\n".encode(),
    "with a byte order mark": f"\ufeffRedirect from,Redirect to\n/old,{CITRATE}\n".encode(),
    "UTF-16, as Excel saves text": f"Redirect from\tRedirect to\n/old\t{CITRATE}\n".encode("utf-16"),
    "semicolons, Windows-1252": f"From;To\n/old;{CITRATE}\n/caf\xe9;{CITRATE}\n".encode("cp1252"),
    "Redirection for WordPress": f'source,target,regex,code,type,hits,title,status\n"/old","{CITRATE}",0,301,url,10,"",active\n'.encode(),
    "Yoast": f'Origin,Target,Type,Format\n"old","{CITRATE}","301","plain"\n/old,{CITRATE},301,plain\n'.encode(),
    "columns the other way round": f"New URL,Old URL\n{CITRATE},/old\n".encode(),
    "no headings, bars": f"/old|{CITRATE}".encode(),
    "old Mac's lines": f"/old,{CITRATE}\r/older,{CITRATE}\r".encode(),
    "quotes, blanks and blank rows": f'\n\n"Redirect from" , "Redirect to"\n , \n /old , {CITRATE} \n\n'.encode(),
    "a row of one column": f"/lonely\n/old,{CITRATE}".encode(),
    "a quote that never ends": f'/old,{CITRATE}\n"/never,{CITRATE}\n'.encode(),
    "NUL and other controls": f"/old,{CITRATE}\n/n\x00ul,\x01{CITRATE}\n".encode(),
    "a picture's bytes behind it": f"/old,{CITRATE}\n".encode() + bytes(range(256)) * 3,
    "a cell too long for a table": f"/old,{CITRATE}\n".encode() + b"x" * 200_000 + b",/y\n",
    "formulas": f'/old,{CITRATE}\n"=HYPERLINK(""x"")",@SUM\n'.encode(),
}  # fmt: skip


@HERE
@pytest.mark.parametrize("name", FILES)
def test_files_of_many_programs_are_read_and_a_bad_row_stops_no_other(name):
    found = bring(decoded(FILES[name]))
    assert Redirect.objects.get(source="/old").target == CITRATE
    assert all(row.words and row.line for row in found.of(State.REFUSED))


@HERE
def test_what_is_read_does_not_grow_with_each_row():
    def queries(count: int) -> int:
        rows = "\n".join(f"/old-{count}-{number},{CITRATE}" for number in range(count))
        with CaptureQueriesContext(connection) as seen:
            bring(rows)
        return len(seen)

    queries(5)
    assert queries(400) <= queries(40) + 4  # a batch more each for reading and for writing


@HERE
@pytest.mark.parametrize("role", ["Writer", "Orders"])
def test_who_may_not_is_told_so(role):
    client = signed_in(role)
    assert client.get("/admin/forwarding/redirect/import/").status_code == 403
    assert client.get("/admin/forwarding/redirect/all.csv").status_code == 403


@HERE
def test_staff_look_before_they_save_and_looking_writes_nothing():
    client = signed_in("Marketing")
    text = f"Redirect from,Redirect to\n/products/night-cream,{CITRATE}\n/bad,/nowhere/\n"
    page = client.post("/admin/forwarding/redirect/import/", {"text": text})
    assert "1 new, 0 changed" in page.content.decode()
    assert "There is no page at “/nowhere/”" in page.content.decode()
    assert text.strip() in fields_of(page.content.decode())["text"], (
        "it stands in the form for the second step"
    )
    assert not Redirect.objects.exists()
    answer = client.post("/admin/forwarding/redirect/import/", {"text": text, "save": "1"}, follow=True)
    assert "1 redirects saved; 0 were there already, 1 left out." in answer.content.decode()
    assert Redirect.objects.get().target == CITRATE
    csv = b"".join(client.get("/admin/forwarding/redirect/all.csv").streaming_content).decode()
    assert csv == f"\ufeffRedirect from,Redirect to\r\n/products/night-cream,{CITRATE}\r\n"
    assert plan(wishes_in(csv)).counts == {"new": 0, "changed": 0, "same": 1, "refused": 0}


@HERE
@pytest.mark.parametrize(
    ("source", "target", "field", "words"),
    [
        ("old", CITRATE, "source", "has to begin with"),
        ("/old", "/nowhere/", "target", "There is no page at"),
        ("/old", "/old", "target", "In a circle"),
        (CITRATE, GUIDE, "source", "answers at it already"),
        ("/taken", GUIDE, "source", "already exists"),
    ],
)
def test_one_redirect_is_refused_at_its_field(source, target, field, words):
    bring(f"/taken,{CITRATE}")
    page = signed_in("Marketing").post(
        "/admin/forwarding/redirect/add/", {"source": source, "target": target}
    )
    shown = page.content.decode()
    row = shown[shown.index(f"field-{field}") :]
    assert words in row[: row.index("<input")], "it stands above the field it is about"


@HERE
def test_what_is_not_found_is_counted_without_a_query_and_becomes_a_redirect():
    shopper = a_shopper()
    for _ in range(3):
        shopper.get("/products/magnesium-citrate-capsules/?email=ada@example.org")
    [row] = MissedPage.objects.all()
    assert (row.path, row.hits) == ("/products/magnesium-citrate-capsules", 3)
    client = signed_in("Marketing")
    listed = client.get("/admin/forwarding/missedpage/").content.decode()
    assert "/admin/forwarding/redirect/add/?source=%2Fproducts%2Fmagnesium-citrate-capsules" in listed
    typed = fields_of(client.get("/admin/forwarding/redirect/add/", {"source": row.path}).content.decode())
    first = Region.all_open()[0].code
    assert (typed["source"], typed["target"]) == (row.path, f"/{first}/shop/magnesium-citrate-capsules/")
    client.post("/admin/forwarding/redirect/add/", typed)
    assert a_shopper().get(row.path).status_code == 301
    assert not MissedPage.objects.exists(), "what leads somewhere is missed no more"


@pytest.mark.parametrize(
    "path",
    ["/.env", "/wp-login.js", "/users/ada@example.org", "/order/12345678", "/reset/aB3dE5fG7hJ9kL", "/", "/a%00", "/x/.git/config",
     "/tel/0044123456", "/" + "a" * 300, "/uploads/me.jpg", "/t/9f86d081884c7d659a2feaa0c55ad015"],
)  # fmt: skip
def test_what_may_be_of_a_person_or_a_scanner_is_not_kept(path):
    assert not may_be_kept(path)


@pytest.mark.parametrize(
    "path", ["/products/magnesium-citrate-90-capsules", "/blogs/news/2024/05/sleep", "/index.php/shop", "/über-uns", "/pages/about.html"]
)  # fmt: skip
def test_names_of_pages_are_kept(path):
    assert may_be_kept(path)


@HERE
@pytest.mark.parametrize(
    "path",
    ["/admin/nothing/", "/orders/not-a-token/", "/preview/not-there/", "/media/x", "/withdrawals/abc/"],
)
def test_addresses_that_end_with_a_secret_are_not_written_down(path):
    a_shopper().get(path)
    assert not MissedPage.objects.exists()


@HERE
def test_made_up_addresses_fill_no_table(monkeypatch):
    monkeypatch.setattr("config.forwarding.misses.NEW_AN_HOUR", 3)
    shopper = a_shopper()
    for number in range(6):
        shopper.get(f"/made-up-{number}")
    assert MissedPage.objects.count() == 3


def test_a_key_of_a_request_is_the_key_of_the_table():
    assert key_of("/Caf%C3%A9/", "utm_source=a&B=1") == old_address("https://x.example/Café?B=1")


@HERE
@pytest.mark.slow
def test_a_file_is_read_as_a_pasted_table_is():
    file = SimpleUploadedFile("redirects.csv", FILES["UTF-16, as Excel saves text"], content_type="text/csv")
    page = signed_in("Marketing").post("/admin/forwarding/redirect/import/", {"file": file, "text": ""})
    assert "1 new, 0 changed" in page.content.decode()
    assert f"/old\t{CITRATE}" in fields_of(page.content.decode())["text"]
