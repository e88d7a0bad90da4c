"""A source by its DOI or PMID: what is taken from what doi.org and PubMed answer, whom is asked, and what else can come."""

import json

import pytest

from articles.evidence import lookup
from articles.evidence.lookup import NotFound, look_up, number_in
from articles.models import Reference
from shop.web.outside import NoAnswer, NotAllowed, Page

pytestmark = pytest.mark.django_db
DOI = "10.1234/sleep/21.5.501"
OF_DOI = {
    "author": [{"family": "Horňák", "given": "Magda-Lena"}, {"family": "Riemann", "given": "D."}, {"literal": "A Group"}],
    "title": "Magnesium <i>therapy</i> &amp; legs:\n an open pilot study.",
    "container-title": "Sleep",
    "volume": "21",
    "issue": "5",
    "page": "501-505",
    "issued": {"date-parts": [[1998, 8, 1]]},
    "abstract": "They found that all of it helps.",
}  # fmt: skip
OF_PMID = {
    "result": {
        "uids": ["9703590"],
        "9703590": {
            "uid": "9703590",
            "pubdate": "1998 Aug 1",
            "fulljournalname": "Sleep",
            "volume": "21",
            "issue": "5",
            "pages": "501-5",
            "authors": [{"name": "Hornyak M"}, {"name": "Riemann D"}],
            "title": "Magnesium therapy for legs: an open pilot study.",
            "articleids": [{"idtype": "pubmed", "value": "9703590"}, {"idtype": "doi", "value": DOI}],
        },
    }
}


@pytest.fixture(autouse=True)
def outside(settings):
    settings.CHECK_OUTSIDE_LINKS = True


def answers(monkeypatch, *pages):
    """What comes, one after the other; the addresses that are asked."""
    asked, left = [], list(pages)

    def fetch(url, headers, **more):
        assert 0 < more["seconds"] <= lookup.SECONDS
        asked.append(url)
        page = left.pop(0)
        if isinstance(page, Exception):
            raise page
        return page

    monkeypatch.setattr(lookup, "fetch", fetch)
    return asked


def page(told, status=200):
    return Page(status, "", told if isinstance(told, str) else json.dumps(told))


@pytest.mark.parametrize(("typed", "found"), [
    (DOI, ("doi", DOI)),
    (f" https://doi.org/{DOI} ", ("doi", DOI)),
    (f"doi: {DOI}.", ("doi", DOI)),
    ("9703590", ("pmid", "9703590")),
    ("PMID: 9703590", ("pmid", "9703590")),
    ("https://pubmed.ncbi.nlm.nih.gov/9703590/", ("pmid", "9703590")),
])  # fmt: skip
def test_a_number_is_read_as_people_paste_it(typed, found):
    assert number_in(typed) == found


@pytest.mark.parametrize("typed", ["", "0", "walker2003", "10.1/x", "٣٤٥٦٧٨", "1" * 40, "http://127.0.0.1/", f"10.1234/{'x' * 120}"])  # fmt: skip
def test_all_else_is_no_number_and_nobody_is_asked(monkeypatch, typed):
    asked = answers(monkeypatch)
    with pytest.raises(NotFound):
        look_up(typed)
    assert asked == []


def test_a_doi_fills_in_who_and_where_and_nothing_of_what_was_found(monkeypatch):
    there = Page(302, "https://api.crossref.org/v1/works/10.1234/transform", "")
    asked = answers(monkeypatch, there, page(OF_DOI))
    assert look_up(DOI) == {
        "key": "hornak1998",
        "authors": "Horňák ML, Riemann D, A Group",
        "year": "1998",
        "title": "Magnesium therapy & legs: an open pilot study",
        "journal": "Sleep 21(5):501-505",
        "doi": DOI,
    }
    assert asked == [f"https://doi.org/{DOI}", there.location]


def test_a_pmid_brings_its_doi(monkeypatch):
    answers(monkeypatch, page(OF_PMID))
    found = look_up("PMID 9703590")
    assert (found["doi"], found["pmid"], found["journal"]) == (DOI, "9703590", "Sleep 21(5):501-5")
    assert found["key"] == "hornyak1998b", "our own source of that name has the first"


def test_a_key_that_is_taken_gets_a_letter(monkeypatch):
    Reference.objects.create(key="hornak1998", authors="x", title="x")
    answers(monkeypatch, page(OF_DOI))
    assert look_up(DOI)["key"] == "hornak1998b"


@pytest.mark.parametrize("to", ["http://doi.org/x", "https://127.0.0.1/x", "https://doi.org.evil.example/x", "https://doi.org:8080/x", "file:///etc/passwd", "//evil.example/"])  # fmt: skip
def test_nobody_else_is_asked_wherever_it_is_sent_on(monkeypatch, to):
    asked = answers(monkeypatch, Page(302, to, ""), page(OF_DOI))
    with pytest.raises(NotFound, match="can’t be reached"):
        look_up(DOI)
    assert len(asked) == 1


@pytest.mark.parametrize(("came", "words"), [
    (NoAnswer("It took too long."), "can’t be reached"),
    (NotAllowed("doi.org"), "can’t be reached"),
    (page("", 404), "knows no such DOI"),
    (page("", 500), "can’t be reached"),
    (page("<html>"), "can’t be read"),
    (page("[" * 9999), "can’t be read"),
    (page([]), "can’t be reached"),
    (page({"title": ""}), "names no title"),
    (page({"title": "x", "author": "Walker"}), "can’t be read"),
    (page({"title": "x", "issued": {"date-parts": 5}}), "can’t be read"),
    (page(OF_DOI | {"title": "\ud800\x00"}), None),
])  # fmt: skip
def test_whatever_comes_is_words_for_staff(monkeypatch, came, words):
    answers(monkeypatch, came)
    if words is None:
        assert look_up(DOI)["title"] == "\ufffd"
        return
    with pytest.raises(NotFound, match=words):
        look_up(DOI)


@pytest.mark.parametrize(
    "told", [{"result": {"uids": []}}, {"result": {"9703590": {"error": "cannot get"}}}, {}]
)
def test_a_pmid_that_pubmed_does_not_know(monkeypatch, told):
    answers(monkeypatch, page(told))
    with pytest.raises(NotFound, match="no such PMID"):
        look_up("9703590")


def test_long_names_are_cut_between_two_of_them(monkeypatch):
    many = [{"family": f"Somebody{number}", "given": "A"} for number in range(40)]
    answers(monkeypatch, page(OF_DOI | {"author": many, "title": "t" * 900}))
    found = look_up(DOI)
    assert found["authors"].endswith(" A, et al.")
    assert len(found["authors"]) <= 200
    assert len(found["title"]) == 300


def test_circles_end(monkeypatch):
    asked = answers(monkeypatch, *[Page(302, "/round", "")] * 9)
    with pytest.raises(NotFound):
        look_up(DOI)
    assert len(asked) == lookup.MAX_REDIRECTS + 1


def test_where_no_other_site_is_asked_it_says_so(monkeypatch, settings):
    settings.CHECK_OUTSIDE_LINKS = False
    asked = answers(monkeypatch)
    with pytest.raises(NotFound, match="typed by hand"):
        look_up(DOI)
    assert asked == []
