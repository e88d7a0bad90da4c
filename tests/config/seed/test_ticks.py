"""“No claim” in the files of the articles that ship: all of it used, little of it, and brought in by the loader."""

import tomllib

import pytest
from django.core.management import CommandError, call_command

from articles.evidence.claims import store
from articles.evidence.no_claims import waiting, withdraw
from articles.models import Article, NoClaim, RichText
from config.seed.files import ArticleFile, article_files
from config.seed.ticks import one_line, tick_shipped
from shop.claims.check import UNRECOGNISED, ClaimFinding
from shop.claims.models import OwnRule
from tests.support.claims import LABELS

pytestmark = pytest.mark.django_db
MOST = 10


@pytest.mark.parametrize("file", article_files(), ids=lambda file: file.head["slug"])
def test_what_ships_waits_for_nobody_and_every_tick_of_it_is_used(file):
    wanted = file.head.get("no_claim", [])
    assert len(wanted) <= MOST, "an honest article needs few"
    assert all(row["reason"].strip() for row in wanted)
    version = Article.objects.get(slug=file.head["slug"]).newest()
    assert [row["sentence"] for row in waiting(version).values()] == []
    met = {digest for found in version.claims.values() for digest in found["ticked"]}
    used = {
        (one_line(row.sentence), row.reason, row.law)
        for row in NoClaim.objects.filter(article=version.article_id)
        if row.digest in met
    }
    assert used == {(one_line(row["sentence"]), row["reason"], row.get("law", "")) for row in wanted}


def shipped(**more):
    return ArticleFile(
        {"slug": LABELS, "no_claim": [{"sentence": "It \n hums “so”.", "reason": "food", **more}]}, []
    )


@pytest.fixture
def version(monkeypatch):
    """Of a shipped article, with two sentences that no rule recognises."""

    def found(read, law, *rest, ticked=(), **given):
        return [
            ClaimFinding("amber", UNRECOGNISED, row.text, row.text, "", "", place=row.place, digest=f"d{len(row.text)}")
            for row in read
            if "hums" in row.text and f"d{len(row.text)}" not in ticked
        ]  # fmt: skip

    monkeypatch.setattr("articles.evidence.claims.check_passages", found)
    NoClaim.objects.all()._raw_delete("default")
    version = Article.objects.get(slug=LABELS).newest()
    RichText.objects.create(
        parent=version, region="main", ordering=1, body="<p>It hums “so”.</p><p>Who hums?</p>"
    )
    store(version)
    return version


def test_the_loader_ticks_what_waits_once_and_never_what_somebody_withdrew(version):
    assert tick_shipped(shipped()) == 1
    row = NoClaim.objects.get()
    assert (row.sentence, row.reason, row.law, row.ticked_by) == (
        "It hums “so”.",
        "food",
        "",
        "content files",
    )
    assert tick_shipped(shipped()) == 0
    withdraw([row], "owner")
    assert tick_shipped(shipped()) == 0


def test_the_loader_ticks_again_by_other_rules_that_came_with_an_update(version, monkeypatch):
    tick_shipped(shipped())
    monkeypatch.setattr("shop.claims.rules.version", lambda: "9.9")
    assert tick_shipped(shipped()) == 1


def test_the_loader_ticks_under_one_law_alone_where_the_file_says_so(version):
    tick_shipped(shipped(law="US"))
    version.refresh_from_db()
    assert [len(version.claims[code]["findings"]) for code in ("uk", "us", "eu")] == [2, 1, 2]


def test_the_loader_ticks_nothing_by_the_owners_own_rules(version):
    OwnRule.objects.create(code="own", pattern="x")
    assert tick_shipped(shipped()) == 0


def test_what_waits_is_listed_as_a_content_file_wants_it(version, capsys):
    call_command("list_unrecognised", LABELS)
    told = capsys.readouterr()
    rows = tomllib.loads(told.out)["no_claim"]
    assert [row["sentence"] for row in rows] == ["It hums “so”.", "Who hums?"]
    assert told.err.startswith("2 wait. Reasons: says what a study found; ")
    with pytest.raises(CommandError, match="There is no article nowhere"):
        call_command("list_unrecognised", "nowhere")
