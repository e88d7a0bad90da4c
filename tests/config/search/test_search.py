"""One box over products, articles and help: what is meant is found, what must not be shown is not."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Version
from config.search.index import reindex
from config.search.misses import forget_old_misses
from config.search.models import Document, EmptySearch, Kind, Pin, Posting, Synonym, Word
from config.search.views import Results
from config.search.words import amounts_of
from shop.catalogue.models import Product
from tests.conftest import a_shopper
from tests.support.factories import region, set_price
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db

CAPSULES, GLYCINATE, TABLETS, POWDER = "magnesium-citrate-capsules", "magnesium-glycinate-capsules", "magnesium-citrate-tablets", "magnesium-citrate-powder"  # fmt: skip
SALT, SPRAY = "epsom-salt-bath-crystals", "magnesium-oil-spray"
GUIDE, CAUSES, LABEL, IRON = "magnesium-and-restless-legs-guide", "restless-legs-causes-care-magnesium", "citrate-glycinate-oxide-label-guide", "iron-first-questions-for-your-doctor"  # fmt: skip
LOW, BATH, CITRATE = "low-magnesium-cause-restless-legs", "epsom-salt-bath-magnesium-spray-how-to", "magnesium-citrate-restless-legs-evidence"  # fmt: skip

# What readers type, and what must stand first.
EXPECTED = {
    "glycinate": GLYCINATE, "Glycinate": GLYCINATE, "glycinte": GLYCINATE, "gly": GLYCINATE, "bisglycinate": GLYCINATE,
    "bisglycinat": GLYCINATE, "diglycinate": GLYCINATE, "GLY-CAP-90": GLYCINATE, "magnesium citrate powder": POWDER,
    "magnesium glycinate powder": "magnesium-glycinate-powder", "citrate tablets": TABLETS, "tablets": TABLETS,
    "pills": TABLETS, "magnesiumcitrate": CAPSULES, "cit": CAPSULES, "citrate capsules": CAPSULES, "powder": POWDER,
    "magnesum": GLYCINATE, "epsom salt": SALT, "epsom salts": SALT, "epson salt": SALT, "bath salts": SALT,
    "bath flakes": SALT, "magnesium sulphate": SALT, "magnesium sulfate": SALT, "EPS-CRY-1000": SALT,
    "magnesium oil": SPRAY, "oil spray": SPRAY, "magnesium spray": SPRAY, "topical magnesium": SPRAY,
    "RLS": GUIDE, "rls": GUIDE, "restless legs": GUIDE, "restless leg": GUIDE, "restles legs": GUIDE,
    "Willis-Ekbom": GUIDE, "willis ekbom disease": GUIDE, "does magnesium help restless legs": GUIDE,
    "magnesium for restless legs": GUIDE, "glycinate restless legs": "magnesium-glycinate-restless-legs-facts",
    "citrate restless legs": CITRATE, "iron": IRON, "ferritin": IRON, "doctor questions": IRON, "label": LABEL,
    "how to read a label": LABEL, "% NRV": LABEL, "magnesium oxide": LABEL, "how much magnesium": LABEL,
    "low magnesium": LOW, "magnesium deficiency": LOW, "foods rich in magnesium": LOW, "augmentation": CAUSES,
    "sleep": CAUSES, "bath temperature": BATH, "does magnesium go through the skin": BATH, "gabapentin": CITRATE,
    "placebo": CITRATE, "delivery": "delivery", "shipping": "delivery", "postage": "delivery", "dispatch": "delivery",
    "how long does delivery take": "delivery", "returns": "returns", "refund": "returns", "send it back": "returns",
    "money back": "returns", "privacy": "privacy", "cookies": "cookies", "unsubscribe": "privacy", "terms": "terms",
    "VAT": "terms", "contact": "contact", "phone": "contact", "imprint": "contact", "screen reader": "accessibility",
    "accessibility": "accessibility",
}  # fmt: skip


def first_hit(query: str, code: str = "uk") -> str | None:
    """The slug of what stands first on the page."""
    results = Results(query, region(code))
    for kind in results.kinds:
        if kind == Kind.PRODUCT and results.cards:
            return results.cards[0].product.slug
        if kind == Kind.ARTICLE and results.keys[kind]:
            return Article.objects.get(pk=results.keys[kind][0]).slug
        if kind == Kind.HELP and results.keys[kind]:
            return results.keys[kind][0]
    return None


@pytest.mark.parametrize("query", EXPECTED)
def test_what_is_meant_stands_first(query):
    assert first_hit(query) == EXPECTED[query]


def test_sixty_queries_at_least():
    assert len(EXPECTED) >= 60


def page(query: str, code: str = "uk", **more) -> str:
    return a_shopper().get(f"/{code}/search/", {"q": query, **more}).content.decode()


def test_results_are_grouped_with_counts():
    html = page("glycinate")
    groups = re.findall(r'<h2 id="found-(\w+)">\s*\w+ <span class="results__count">(\d+)</span>', html)
    assert [kind for kind, _ in groups] == ["product", "article"]
    assert all(int(count) for _, count in groups)
    assert "Magnesium Glycinate Capsules" in html


@pytest.mark.slow
def test_each_kind_has_pages_of_its_own(monkeypatch):
    monkeypatch.setattr("config.search.views.A_PAGE", 2)
    html = page("magnesium", show="article")
    assert "found-product" not in html
    assert "Page 1 of 4" in html
    assert "Page 4 of 4" in page("magnesium", show="article", page="4")
    assert "Page 4 of 4" in page("magnesium", show="article", page="99")
    assert "Page 1 of 4" in page("magnesium", show="article", page="x")


@pytest.mark.parametrize("query", ["RLS", "restless legs", "magnesium for restless legs", "insomnia", "restles leg", "leg cramps", "Willis-Ekbom", "glycinate for insomnia"])  # fmt: skip
def test_beside_a_condition_no_product_is_shown(query):
    html = page(query)
    assert 'class="card"' not in html
    assert "name a condition" in html
    rows = a_shopper().get("/uk/search/suggest/", {"q": query}).json()["rows"]
    assert not [row for row in rows if row["kind"] == "Product"]


@pytest.mark.slow
def test_what_is_not_sold_in_a_region_is_not_found_there():
    set_price("EPS-CRY-1000", "us", None)
    reindex()
    assert not Results("epsom salt", region("us")).cards
    assert Results("epsom salt", region("uk")).cards


def test_what_is_withdrawn_is_gone_at_once_without_a_new_index():
    Product.objects.filter(slug=SALT).update(is_active=False)
    assert not Results("epsom salt", region("uk")).cards


def test_an_article_is_found_only_where_it_is_live():
    from articles.models import Publication

    Publication.objects.filter(article__slug=IRON, region__code="eu").delete()
    article = str(Article.objects.get(slug=IRON).pk)
    assert article not in Results("iron", region("eu")).keys[Kind.ARTICLE]
    assert article in Results("iron", region("uk")).keys[Kind.ARTICLE]


@pytest.mark.slow
def test_words_for_one_region_are_found_in_that_region_alone():
    """The guide names NHS 111 for UK readers only."""
    from articles.models import RichText

    version = Article.objects.get(slug=LABEL).publications.filter(region__code="uk").first().version
    RichText.objects.create(
        parent=version,
        region="main",
        ordering=999,
        show_in="only",
        region_codes="uk",
        body="<p>Quixotical.</p>",
    )
    from articles.evidence import facts

    facts.refresh(version)
    reindex()
    assert Results("quixotical", region("uk")).total == 1
    assert Results("quixotical", region("us")).total == 0


def test_a_synonym_of_staff_finds_both_ways_at_once():
    assert not Results("sachets", region("uk")).total
    Synonym.objects.create(words="sachets\npowder")
    assert first_hit("sachets") == POWDER
    assert first_hit("sachet") == POWDER


def test_a_synonym_never_joins_a_condition_to_a_product():
    with pytest.raises(ValidationError, match="names a condition"):
        Synonym(words="restless legs\nmagnesium glycinate").full_clean()
    with pytest.raises(ValidationError, match="at least two"):
        Synonym(words="powder\n\n").full_clean()
    Synonym(words="rls\nrestless legs").full_clean()


@pytest.mark.parametrize(
    "words", ["can’t sleep", "stiff neck", "sleep aid", "restful night", "restless&nbsp;legs"]
)
def test_what_a_body_does_is_joined_to_nothing_sold(words):
    with pytest.raises(ValidationError, match="names a condition or what a body does"):
        Synonym(words=f"{words}\ncitrate capsules").full_clean()
    with pytest.raises(ValidationError, match="what a body does"):
        Pin(words=words, product=Product.objects.get(slug=GLYCINATE)).full_clean()


@pytest.mark.parametrize("words", ["best magnesium powder", "cheap capsules", "relaxing bath", "90 capsules"])
def test_what_readers_type_of_a_thing_may_be_pinned(words):
    Pin(words=words, product=Product.objects.get(slug=SALT)).full_clean()


def test_what_is_pinned_stands_first_and_no_product_on_a_condition():
    salt = Product.objects.get(slug=SALT)
    Pin.objects.create(words="powders", product=salt)
    assert first_hit("powder") == SALT
    Pin.objects.create(words="capsules", product=salt, region=region("us"))
    assert first_hit("capsules", "us") == SALT
    assert first_hit("capsules", "uk") != SALT
    with pytest.raises(ValidationError, match="names a condition"):
        Pin(words="restless legs", product=salt).full_clean()
    with pytest.raises(ValidationError, match="Choose one"):
        Pin(words="powder", product=salt, help_page="terms").full_clean()


def test_the_price_of_a_result_is_the_price_of_the_page():
    set_price("GLY-CAP-90", "uk", 1234)
    assert "£12.34" in page("GLY-CAP-90") or "£6.95" in page("GLY-CAP-90")  # the card shows the cheapest pack
    set_price("GLY-CAP-30", "uk", 1111) if Product.objects.filter(variants__sku="GLY-CAP-30") else None
    html = page("glycinate capsules")
    shown = a_shopper().get("/uk/shop/").content.decode()
    card = re.search(rf'<article class="card" id="product-{GLYCINATE}".*?</article>', shown, re.DOTALL)[0]
    price = re.search(r'price__amount">([^<]+)', card)[1]
    assert price in html


def test_facets_count_and_narrow_and_have_addresses():
    html = page("magnesium")
    link = re.search(
        r'<a href="(/uk/search/\?q=magnesium&amp;form=citrate)">\s*Citrate <span[^>]*>(\d+)', html
    )
    assert link[2] == "3"
    narrowed = a_shopper().get(link[1].replace("&amp;", "&")).content.decode()
    assert len(re.findall('<article class="card"', narrowed)) == 3
    assert "Magnesium Oil Spray" not in narrowed.split("found-article")[0]


@pytest.mark.parametrize(
    "query",
    ["", "   ", "\x00", "'\"--", "%%%", "a" * 500, "🙂", "<script>alert(1)</script>", "AND OR NOT", "ﬀ ẞ İ"],
)
def test_odd_input_finds_nothing_and_never_breaks(query):
    answer = a_shopper().get("/uk/search/", {"q": query})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_the_page_is_not_for_search_engines():
    answer = a_shopper().get("/uk/search/", {"q": "iron"})
    assert answer["X-Robots-Tag"] == "noindex"
    assert "private" in answer["Cache-Control"]


def test_what_was_looked_for_is_marked_and_escaped():
    assert "<mark>Iron</mark> first" in page("iron")


def test_a_search_in_vain_is_counted_without_a_person():
    for query in ("Magnesium Threonate", "magnesium threonate"):
        page(query)
    row = EmptySearch.objects.get()
    assert (row.words, row.count, row.region.code) == ("magnesium threonate", 2, "uk")
    assert {field.name for field in EmptySearch._meta.fields} == {"id", "words", "region", "count", "last_on"}


@pytest.mark.parametrize(
    "query", ["zora@example.org", "zzz 07700900123", "www.zzz.example", "zz " * 10, "zq1234567"]
)
def test_what_may_name_a_person_is_never_kept(query):
    page(query)
    assert not EmptySearch.objects.exists()


def test_robots_are_not_counted():
    a_shopper().get("/uk/search/", {"q": "qqqqzzz"}, headers={"User-Agent": "Googlebot/2.1"})
    assert not EmptySearch.objects.exists()


def test_old_misses_go():
    from datetime import date

    EmptySearch.objects.create(words="old", region=region("uk"), last_on=date(2020, 1, 1))
    EmptySearch.objects.create(words="new", region=region("uk"))
    assert forget_old_misses() == 1
    assert EmptySearch.objects.get().words == "new"


def test_an_editor_begins_an_article_from_a_search_in_vain():
    row = EmptySearch.objects.create(words="magnesium threonate", region=region("uk"), count=14)
    answer = signed_in("Editor").post(
        "/admin/search/emptysearch/", {"action": "write_article", "_selected_action": [row.pk]}
    )
    draft = Version.objects.get(title="Magnesium threonate")
    assert answer.url == f"/admin/articles/version/{draft.pk}/change/"
    assert draft.is_draft
    assert signed_in("Marketing").get("/admin/search/emptysearch/").status_code == 200
    signed_in("Marketing").post(
        "/admin/search/emptysearch/", {"action": "write_article", "_selected_action": [row.pk]}
    )
    assert Version.objects.filter(title="Magnesium threonate").count() == 1


def test_too_many_searches_are_slowed_down_with_a_word(monkeypatch):
    monkeypatch.setattr("config.search.views.MAX_PER_MINUTE", 2)
    client = a_shopper()
    for _ in range(2):
        assert client.get("/uk/search/", {"q": "iron"}).status_code == 200
    answer = client.get("/uk/search/", {"q": "iron"})
    assert answer.status_code == 429
    assert "try “iron” again in a minute" in answer.content.decode()
    assert client.get("/uk/search/suggest/", {"q": "iron"}).status_code == 429
    assert client.get("/uk/search/").status_code == 200, "the empty page costs nothing"


def test_suggestions_name_a_few_of_each_with_their_price():
    rows = a_shopper().get("/uk/search/suggest/", {"q": "glyc"}).json()["rows"]
    assert rows[0]["name"].startswith("Magnesium Glycinate")
    assert "incl. VAT" in rows[0]["note"]
    assert {row["kind"] for row in rows} == {"Product", "Article"}
    assert a_shopper().get("/uk/search/suggest/", {"q": "g"}).json() == {"rows": []}


# --- the index ------------------------------------------------------------------------------------------------------


@pytest.mark.walk
def test_an_index_that_is_true_stays_as_it_is():
    reindex()  # the help pages say days, and the tests' database may be of yesterday
    assert reindex() == 0
    before = Posting.objects.count()
    assert reindex(anew=True) > 10
    assert Posting.objects.count() == before


@pytest.mark.slow
def test_a_change_touches_its_own_document_and_takes_the_old_words_out():
    Product.objects.filter(slug=SALT).update(ingredients="Zirconium")
    before = set(Document.objects.values_list("pk", flat=True))
    reindex()
    after = set(Document.objects.values_list("pk", flat=True))
    assert before - after
    assert len(after - before) <= 3
    assert Word.objects.filter(text="zirconium").exists()
    Product.objects.filter(slug=SALT).update(ingredients="Salt")
    reindex()
    assert not Word.objects.filter(text="zirconium").exists()


def test_a_search_costs_few_queries_however_much_is_found():
    a_shopper().get("/uk/search/", {"q": "magnesium"})
    with CaptureQueriesContext(
        connection,
    ) as few:
        a_shopper().get("/uk/search/", {"q": "magnesium"})
    with CaptureQueriesContext(connection) as one:
        a_shopper().get("/uk/search/", {"q": "zirconium"})
    assert len(few) <= 10
    assert len(few) - len(one) <= 6


# --- amounts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("250g", ["250g"]), ("250 g", ["250g"]), ("250\u00a0g", ["250g"]), ("0,25 kg", ["250g"]), ("0.250kg", ["250g"]),
        ("250 grams", ["250g"]), ("1.5kg", ["1500g"]), ("1,500 g", ["1500g"]), ("1kg", ["1000g"]), ("2.5 KG", ["2500g"]),
        ("300mg", ["300mg"]), ("300 milligrams", ["300mg"]), ("0.3 g", ["300mg"]), ("0,5 l", ["500ml"]), ("50 cl", ["500ml"]),
        ("500 millilitres", ["500ml"]), ("500-ml", ["500ml"]), ("90caps", ["90capsule"]), ("90 Capsules", ["90capsule"]),
        ("120tabs", ["120tablet"]), ("8.8 oz", ["8.8oz"]), ("75 µg", ["75mcg"]), ("90 capsules of 300mg", ["90capsule", "300mg"]),
        ("¼kg", ["250g"]), ("1/4 kg", ["250g"]), ("2 1/2 kg", ["2500g"]), ("half a kilo", ["500g"]), (".25kg", ["250g"]),
        ("1.000 g", ["1000g"]), ("1 000 g", ["1000g"]), ("1'000 g", ["1000g"]), ("1.000 kg", ["1000g"]), ("1,500 kg", ["1500g"]),
        ("2500 mg", ["2.5g"]), ("250 gms", ["250g"]), ("8.82 oz", ["8.8oz"]), ("8.5 fl. oz", ["8.5oz"]), ("2.20 lbs", ["2.2lb"]),
        ("120ct", ["120piece"]), ("120 count", ["120piece"]), ("x120", ["120piece"]), ("120 x", ["120piece"]),
        ("pack of 120", ["120piece"]), ("120's", ["120piece"]), ("90 vcaps", ["90capsule"]), ("mg/2", []), ("1/0 kg", []),
        ("g", []), ("250", []), ("b12g", []), ("250gx", []), ("1.2.3 g", []), ("CIT-CAP-90", []),
    ],
)  # fmt: skip
def test_an_amount_is_one_however_it_is_written(text, tokens):
    assert [one.token for one in amounts_of(text)] == tokens


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        (["250g", "250 g", "250 grams", "0.25kg", "0,25 kg", "250\u200b g"], {"magnesium-citrate-powder"}),
        (["90caps", "90 capsules", "90 Caps", "90-capsules", "90 cap"], {"magnesium-citrate-capsules", "magnesium-glycinate-capsules"}),
        (["120tabs", "120 tablets", "120tablets"], {"magnesium-citrate-tablets"}),
        (["1kg", "1 kg", "1000g", "1,000 g", "1 kilo"], {"epsom-salt-bath-crystals"}),
        (["2.5kg", "2,5 kg", "2500 g"], {"epsom-salt-bath-crystals"}),
        (["100ml", "0,1 l", "10cl", "100 ml"], {"magnesium-oil-spray"}),
        (["3.4 fl oz", "3.38oz", "8.5 fl. oz"], {"magnesium-oil-spray"}),
        (["8.8 oz", "8.8oz", "8.82 ounces", "¼ kg", "1/4kg", "250gms"], {"magnesium-citrate-powder"}),
        (["2.2lb", "2.2 lbs", "35 oz", "1.000 g", "1 000g"], {"epsom-salt-bath-crystals"}),
        (["120ct", "120 count", "120-count", "x120", "120x", "pack of 120", "120s", "120 pills"], {"magnesium-citrate-tablets"}),
    ],
)  # fmt: skip
def test_a_pack_is_found_by_its_size(typed, slugs):
    client = a_shopper()
    for text in typed:
        page = client.get("/uk/search/", {"q": text, "show": "product"}).content.decode()
        found = re.findall(r'class="card" id="product-([\w-]+)"', page)
        assert slugs <= set(found[: len(slugs)]), (text, found)


@pytest.mark.parametrize("typed", ["citrate 250g", "250g citrate powder", "powder 250 g"])
def test_an_amount_counts_beside_other_words(typed):
    page = a_shopper().get("/uk/search/", {"q": typed, "show": "product"}).content.decode()
    assert re.findall(r'class="card" id="product-([\w-]+)"', page)[0] == "magnesium-citrate-powder"


@pytest.mark.parametrize("typed", ["citrate 777g", "glycinate 5000 capsules", "spray 3 l"])
def test_an_amount_that_nobody_has_takes_nothing_else_away(typed):
    page = a_shopper().get("/uk/search/", {"q": typed}).content.decode()
    assert f'id="product-magnesium-{ {"c": "citrate", "g": "glycinate", "s": "oil"}[typed[0]] }' in page


@pytest.mark.parametrize("typed", ["777g", "3l", "0g", "999999 kg", "1,,5 g"])
def test_an_amount_alone_that_nobody_has_is_a_search_in_vain(typed):
    assert a_shopper().get("/uk/search/", {"q": typed}).status_code == 200
