"""What doi.org and PubMed know of a source by its number, so that nobody types it off.

Asked when somebody presses the button, for ten seconds at most, and nobody but the hosts named here. Only where and by
whom it was published is taken: what a study found is typed by who read it.
"""

import html
import json
import re
import time
import unicodedata
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings

from articles.evidence.outside_links import AGENT
from articles.models import Reference
from shop.text.characters import clean_line
from shop.web.outside import NoAnswer, NotAllowed, Page, fetch

PUBMED = "eutils.ncbi.nlm.nih.gov"
HOSTS = {
    "doi.org",
    "data.crossref.org",
    "api.crossref.org",
    "data.crosscite.org",
    "data.datacite.org",
    PUBMED,
}  # doi.org sends on to the register in which a number was given out
SECONDS = 10.0  # for all that is asked about one source
MAX_REDIRECTS = 3
DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]+)", re.ASCII)
PMID = re.compile(
    r"(?:pmid:?|(?:https?://)?(?:pubmed\.|www\.)?ncbi\.nlm\.nih\.gov/(?:pubmed/)?)?\s*([1-9]\d{0,8})/?",
    re.ASCII,
)
LENGTHS: dict[str, int] = {
    field.name: field.max_length
    for field in Reference._meta.concrete_fields
    if field.name in ("authors", "title", "journal", "doi") and field.max_length
}
OFF = "This shop asks no other site (CHECK_OUTSIDE_LINKS is off), so the source is typed by hand."


class NotFound(Exception):
    """Why nothing is known of a source, in words for staff."""


def number_in(typed: str) -> tuple[str, str]:
    """(“doi” or “pmid”, the number) of what somebody typed or pasted, such as an address; NotFound for all else."""
    typed = clean_line(typed).strip()
    if found := DOI.search(typed):
        doi = found[1].rstrip(".,;")
        if len(doi) <= LENGTHS["doi"]:
            return "doi", doi
    elif whole := PMID.fullmatch(typed.lower()):
        return "pmid", whole[1]
    raise NotFound("That is no DOI, such as 10.1093/sleep/21.5.501, and no PMID, such as 9703590.")


def look_up(typed: str) -> dict[str, str]:
    """Fields of a source by its DOI or PMID; those that nobody told are missing. NotFound says why there are none."""
    kind, number = number_in(typed)
    if not settings.CHECK_OUTSIDE_LINKS:
        raise NotFound(OFF)
    until = time.monotonic() + SECONDS
    try:
        found = _of_doi(number, until) if kind == "doi" else _of_pmid(number, until)
    except (NoAnswer, NotAllowed) as error:
        where = "doi.org" if kind == "doi" else "PubMed"
        raise NotFound(f"{where} can’t be reached from here, so the source is typed by hand.") from error
    except (
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        RecursionError,
    ) as error:  # whatever else a register may answer
        raise NotFound("What came back can’t be read, so the source is typed by hand.") from error
    found = {name: clean_line(words)[: LENGTHS.get(name)] for name, words in found.items() if words}
    if not found.get("title"):
        raise NotFound("What came back names no title, so the source is typed by hand.")
    return {**found, "key": free_key(found)}


def known(typed: str) -> Reference | None:
    """The source of the library that bears this DOI or PMID."""
    kind, number = number_in(typed)
    return Reference.objects.filter(**{f"{kind}__iexact": number}).first()


def free_key(found: dict[str, str]) -> str:
    """By the first author and the year, as our keys are: walker2003; with a letter where that is taken."""
    name = re.split(r"(?<!\s)\s+[A-Z]{1,3}(?:,|$)|,", found.get("authors", ""))[0]
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = (re.sub(r"[^a-z0-9]", "", plain)[:30] or "source") + found.get("year", "")
    taken = set(Reference.objects.filter(key__startswith=stem).values_list("key", flat=True))
    ways = (
        stem,
        *(f"{stem}{sign}" for sign in "bcdefghijklmnopqrstuvwxyz"),
        *(f"{stem}-{n}" for n in range(2, 999)),
    )
    return next((key for key in ways if key not in taken), "")


def _of_doi(doi: str, until: float) -> dict[str, str]:
    page = _asked(
        f"https://doi.org/{quote(doi, safe='/()')}", "application/vnd.citationstyles.csl+json", until
    )
    if page.status == 404:
        raise NotFound("doi.org knows no such DOI.")
    told = json.loads(page.body) if page.status == 200 else None
    if not isinstance(told, dict):
        raise NoAnswer(str(page.status))
    dates = (told.get(name) for name in ("published-print", "issued", "published-online"))
    years = [
        date["date-parts"][0][0]
        for date in dates
        if isinstance(date, dict) and any(date.get("date-parts") or [])
    ]
    return {
        "authors": _names([_name(one) for one in told.get("author") or []]),
        "year": _year(years[0] if years else ""),
        "title": _plain(told.get("title")),
        "journal": _where(
            _plain(told.get("container-title") or told.get("publisher")),
            told.get("volume"),
            told.get("issue"),
            told.get("page") or told.get("article-number"),
        ),
        "doi": doi,
    }


def _of_pmid(pmid: str, until: float) -> dict[str, str]:
    page = _asked(
        f"https://{PUBMED}/entrez/eutils/esummary.fcgi?db=pubmed&retmode=json&id={pmid}",
        "application/json",
        until,
    )
    if page.status != 200:
        raise NoAnswer(str(page.status))
    told = json.loads(page.body)["result"].get(pmid) if '"result"' in page.body else None
    if not told or "error" in told:
        raise NotFound("PubMed knows no such PMID.")
    dois = [one["value"] for one in told.get("articleids") or [] if one.get("idtype") == "doi"]
    return {
        "authors": _names([str(one.get("name", "")) for one in told.get("authors") or []]),
        "year": _year(str(told.get("pubdate", ""))[:4]),
        "title": _plain(told.get("title")),
        "journal": _where(
            _plain(told.get("fulljournalname") or told.get("source")),
            told.get("volume"),
            told.get("issue"),
            told.get("pages"),
        ),
        "doi": dois[0] if dois else "",
        "pmid": pmid,
    }


def _asked(url: str, accept: str, until: float) -> Page:
    """The page; sent on, but nowhere else than to those hosts. Raises NoAnswer or NotAllowed."""
    for _ in range(MAX_REDIRECTS + 1):
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc not in HOSTS:
            raise NotAllowed(url)
        page = fetch(url, {"User-Agent": AGENT, "Accept": accept}, seconds=until - time.monotonic())
        if page.status not in {301, 302, 303, 307, 308} or not page.location:
            return page
        url = urljoin(url, page.location)
    raise NoAnswer("It redirects in circles.")


def _name(told: dict) -> str:
    """“Hornyak M”, or a body by its name."""
    given = re.findall(r"[^\W\d_]+", str(told.get("given") or ""))
    initials = "".join(part[0].upper() for part in given)
    return f"{told.get('family') or told.get('literal') or told.get('name') or ''} {initials}".strip()


def _names(names: list[str]) -> str:
    """All of them, or as many as there is room for."""
    names = [_plain(name) for name in names if name]
    shown = ", ".join(names)
    while len(shown) > LENGTHS["authors"] and len(names) > 1:
        names.pop()
        shown = f"{', '.join(names)}, et al."
    return shown


def _year(told) -> str:
    return str(told) if re.fullmatch(r"(?:1[5-9]|20)\d\d", str(told), re.ASCII) else ""


def _plain(told) -> str:
    """Words without the marks that registers put into titles."""
    told = told[0] if isinstance(told, list) and told else told
    words = html.unescape(re.sub(r"</?[A-Za-z][^<>]*>", "", str(told or "")))
    return " ".join(words.split()).removesuffix(".")


def _where(journal: str, volume, issue, pages) -> str:
    """“Sleep 21(5):501-505”."""
    numbers = f"{volume or ''}{f'({issue})' if issue else ''}{f':{pages}' if pages else ''}"
    return f"{journal} {numbers}".strip()
