"""The search in German and French: what is typed is found by its stem, its parts and its spellings, and by nothing English."""

import pytest

from articles.models.blocks import plain
from config.search import lexicon as lexicon_module
from config.search.documents import ABOUT, SUMMARY, TEXT, TITLE, WantedDocument, weigh
from config.search.index import _add
from config.search.languages import language
from config.search.lexicon import lexicon
from config.search.models import Kind, Synonym
from config.search.query import rank, understand
from config.search.views import marked
from config.seed.files import CONTENT, read_article, shop_content, words_in
from tests.support.factories import region

pytestmark = pytest.mark.django_db

GERMAN = {
    "Magnesiumcitrat": "magnesium-citrate-capsules", "Magnesiumcitratkapseln": "magnesium-citrate-capsules",
    "Magnesium Citrat Kapseln": "magnesium-citrate-capsules", "Citratpulver": "magnesium-citrate-powder",
    "Citrat Pulver": "magnesium-citrate-powder", "Zitrat Tabletten": "magnesium-citrate-tablets",
    "Glycinat": "magnesium-glycinate-capsules", "Glyzinat": "magnesium-glycinate-capsules",
    "Bisglycinat Pulver": "magnesium-glycinate-powder", "Bittersalz": "epsom-salt-bath-crystals",
    "Badesalz": "epsom-salt-bath-crystals", "Magnesiumöl": "magnesium-oil-spray", "Magnesiumoel": "magnesium-oil-spray",
    "Magnesiumspray": "magnesium-oil-spray", "unruhige Beine": "causes-and-care", "Beinunruhe": "causes-and-care",
    "RLS": "causes-and-care", "Ferritin": "iron-first", "Eisenmangel": "iron-first", "Etikett lesen": "label-guide",
    "Magnesiummangel": "low-magnesium", "Wadenkrämpfe": "citrate-evidence", "Wadenkraempfe": "citrate-evidence",
    "kapslen": "magnesium-citrate-capsules", "Nahrungsergänzung": "magnesium-citrate-capsules",
}  # fmt: skip
FRENCH = {
    "citrate de magnésium en gélules": "magnesium-citrate-capsules", "gelules citrate": "magnesium-citrate-capsules",
    "citrate poudre": "magnesium-citrate-powder", "poudre de citrate": "magnesium-citrate-powder",
    "comprimés": "magnesium-citrate-tablets", "comprime citrate": "magnesium-citrate-tablets",
    "glycinate": "magnesium-glycinate-capsules", "bisglycinate": "magnesium-glycinate-capsules",
    "glycinate en poudre": "magnesium-glycinate-powder", "sel d’Epsom": "epsom-salt-bath-crystals",
    "sel d'epsom": "epsom-salt-bath-crystals", "sels de bain": "epsom-salt-bath-crystals",
    "l’huile de magnésium": "magnesium-oil-spray", "huile magnesium": "magnesium-oil-spray",
    "jambes sans repos": "causes-and-care", "jambe sans repos": "causes-and-care", "impatiences": "causes-and-care",
    "SJSR": "causes-and-care", "ferritine": "iron-first", "manque de fer": "iron-first",
    "étiquette": "label-guide", "etiquete": "label-guide", "manque de magnésium": "low-magnesium",
    "crampes nocturnes": "citrate-evidence",
}  # fmt: skip
EXPECTED = {"de": GERMAN, "fr": FRENCH}
AMONG = 3  # an article that is meant stands among so many; which stands first is a matter of pins


def shipped(code: str):
    """(kind, key, fields) of what ships in a language: products and articles."""
    words = words_in(code)
    for row in shop_content()["products"]:
        slug, said = row["slug"], words["products"][row["slug"]]
        texts = "\n".join([said["description"], said["ingredients"], said["directions"]])
        tags = [words["tags"][tag] for tag in row["tags"]]
        packs = [words["variants"][pack["sku"]]["label"] for pack in row["variants"]]
        about = " ".join([said["legal_name"], *tags, *packs])
        yield Kind.PRODUCT, slug, [(TITLE, said["name"]), (ABOUT, about), (SUMMARY, said["summary"]), (TEXT, texts)]  # fmt: skip
    for path in sorted((CONTENT / "articles" / code).glob("*.html")):
        file = read_article(path)
        body = plain(" ".join(block.body for block in file.blocks))
        yield Kind.ARTICLE, path.stem, [(TITLE, file.head["title"]), (SUMMARY, file.head["summary"]), (TEXT, body)]  # fmt: skip


def indexed(code: str):
    here = region("eu")
    for kind, key, fields in shipped(code):
        _add(WantedDocument(kind, key, code, lambda fields=fields: fields, code), [here.pk])
    for phrases in words_in(code)["synonyms"]:
        Synonym.objects.create(words="\n".join(phrases), language=code)
    return here


@pytest.mark.slow
@pytest.mark.parametrize("code", EXPECTED)
def test_what_is_meant_is_found_in_its_language(code):
    here, lost = indexed(code), {}
    for query, wanted in EXPECTED[code].items():
        keys = rank(understand(query, code), here).keys
        found = keys[Kind.PRODUCT][:2] + keys[Kind.ARTICLE][:AMONG]
        if wanted not in found:
            lost[query] = found
    assert not lost


@pytest.mark.slow
def test_a_word_finds_nothing_of_another_language():
    here = indexed("de")
    assert rank(understand("Bittersalz", "de"), here).keys[Kind.PRODUCT]
    assert not any(rank(understand("Bittersalz", "fr"), here).keys.values())
    english = rank(understand("capsules", "en"), here).keys[Kind.PRODUCT]
    assert english
    assert all(key.isdigit() for key in english)  # our own products


def test_twenty_searches_at_least_in_each_language():
    assert all(len(queries) >= 20 for queries in EXPECTED.values())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müdigkeit", "Muedigkeit"),
        ("Muskelkrämpfe", "Muskelkraempfen"),
        ("Öl", "oel"),
        ("Kapsel", "KAPSELN"),
        ("Straße", "Strasse"),
        ("groß", "gross"),
        ("Nahrungsergänzungsmittel", "Nahrungsergaenzungsmitteln"),
    ],
)
def test_german_spellings_of_one_word_are_one_stem(one, other):
    german = language("de")
    assert [german.stem(word) for word in german.words_of(one)] == [
        german.stem(word) for word in german.words_of(other)
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("magnésium", "magnesium"),
        ("l’huile", "huile"),
        ("d'Epsom", "epsom"),
        ("qu’il", "il"),
        ("gélule", "gélules"),
        ("cœur", "coeur"),
        ("journalière", "journalieres"),
    ],
)
def test_french_spellings_of_one_word_are_one_stem(one, other):
    french = language("fr")
    assert [french.stem(word) for word in french.words_of(one)] == [
        french.stem(word) for word in french.words_of(other)
    ]


def test_letters_that_only_look_like_an_umlaut_stay():
    german = language("de")
    assert german.words_of("neue Quelle, treue Bauern") == ["neue", "quelle", "treue", "bauern"]


def test_a_compound_is_read_by_its_parts():
    known = {"magnesium", "citrat", "kapsel", "nahrung", "erganzung"}
    german = language("de")
    read = lambda word: german.parts(word, lambda part: part if part in known else None)  # noqa: E731
    assert read("magnesiumcitratkapsel")[0] == ["magnesium", "citrat", "kapsel"]
    assert read("nahrungserganzung")[0] == ["nahrung", "erganzung"]
    assert read("kapsel") == []
    assert read("sommerfest") == []
    assert language("fr").parts("magnesiumcitrat", lambda part: part) == []


def test_a_long_word_of_many_parts_is_read_in_no_time():
    german = language("de")
    assert german.parts("nana" * 10, lambda part: part)[:1]


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("90 Kapseln", "90capsule"),
        ("120 Tabletten", "120tablet"),
        ("90 gélules", "90capsule"),
        ("1,5 Liter", "1500ml"),
    ],
)
def test_amounts_are_the_same_in_every_language(text, token):
    _, stems = weigh([(TEXT, text)], "de")
    assert f"de:{token}" in stems


def test_words_are_marked_as_they_are_written():
    german = language("de")
    stems = {german.stem(word) for word in german.words_of("muede Kapsel")}
    assert marked("Für Müde: große Kapseln & <b>", stems, german) == (
        "Für <mark>Müde</mark>: große <mark>Kapseln</mark> &amp; &lt;b&gt;"
    )
    french = language("fr")
    assert marked("D’huile", {french.stem("huile")}, french) == "<mark>D’huile</mark>"


def test_a_language_without_lists_of_its_own_is_stemmed_all_the_same():
    italian = language("it")
    assert italian.stem("capsule") == italian.stem("capsula")
    assert language("xx").stem("capsule") == "xx:capsule"


def test_synonyms_hold_in_their_language_alone():
    Synonym.objects.create(words="dose\nblechbüchse", language="de")
    lexicon_module._lexicon.cache_clear()
    assert (("dose",), ("blechbuchse",)) in lexicon("de").synonyms
    for other in ("fr", "en"):
        assert not any(("blechbuchse",) in group for group in lexicon(other).synonyms)
