"""What studies say, all of them: the table, the guard against leaving one out, claims that need a source."""

import json
import re
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.evidence.findings import claims_without_source, content_findings, left_out
from articles.models import (
    Article,
    EvidenceTable,
    FormTable,
    MagnesiumForm,
    Publication,
    Question,
    Reference,
    ReferenceBlock,
    RichText,
)
from articles.publishing.drafts import open_draft
from articles.publishing.errors import NeedsReason, NotPossible
from articles.publishing.publish import Slot, publish
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
EVIDENCE = "magnesium-citrate-restless-legs-evidence"
GUIDE = "magnesium-and-restless-legs-guide"
LABELS = "citrate-glycinate-oxide-label-guide"


def page(slug, code="uk"):
    return a_shopper().get(f"/{code}/articles/{slug}/").content.decode()


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def table(slug, code="uk"):
    return words_of(page(slug, code).split('class="evidence"')[1].split("</section>")[0])


def test_the_table_shows_every_direction_also_those_nobody_found():
    told = table(EVIDENCE)
    assert "3 no difference" in told
    assert "0 worse" in told
    assert "1 better than the comparison" in told
    assert "735 people" in told
    assert "not stated" in told, "nobody read who paid for it, and that is said"


def test_a_study_that_a_region_does_not_tell_stays_out_of_its_table():
    assert "Gorantla 2024" in table(GUIDE, "uk")
    assert "Gorantla" not in page(GUIDE, "us")


def test_a_source_that_only_the_table_cites_leads_back_to_its_row():
    html = page(EVIDENCE)
    number = re.search(r'href="#ref-(\d+)" id="cite-\1">\s*Roguin Maor 2017', html).group(1)
    assert f'href="#cite-{number}"' in html


def test_the_library_holds_every_source_and_guesses_nothing():
    assert Reference.objects.count() == 39
    jadidi = Reference.objects.get(key="jadidi2022")
    assert jadidi.direction_words == "some outcomes or times better, others not (after 2 months, not after 1)"
    assert jadidi.funder_words == jadidi.checked_words == "not stated"
    assert Reference.objects.get(key="marshall2019").size_words == "8 studies"
    assert not Reference.objects.exclude(seen="verified").exclude(pmid="").exists(), (
        "unseen numbers are not told"
    )


@pytest.mark.parametrize(
    ("authors", "year", "short"),
    [("Hornyak M, Voderholzer U", 1998, "Hornyak 1998"), ("UK Advertising Standards Authority", None, "UK Advertising Standards Authority")],
)  # fmt: skip
def test_sources_have_short_names(authors, year, short):
    assert Reference(authors=authors, year=year).short_name == short


def a_draft(body="<p>Text.</p>", keys=()):
    draft = open_draft(Article.objects.get(slug=LABELS), "anna")
    ReferenceBlock.objects.filter(parent=draft).delete()
    RichText.objects.filter(parent=draft).delete()
    RichText.objects.create(parent=draft, region="main", ordering=1, body=body)
    for place, key in enumerate(keys):
        ReferenceBlock.objects.create(
            parent=draft, region="main", ordering=100 + place, reference=Reference.objects.get(key=key)
        )
    return draft


def now(code="uk"):
    return [Slot(region(code), timezone.now())]


def test_an_article_that_shows_studies_that_found_something_shows_the_others_too():
    draft = a_draft(keys=["barna2021", "garrison2020"])
    assert {row.key for row in left_out(draft.blocks(), region("uk"))} == {"frusso1999", "roguinmaor2017"}
    with pytest.raises(NeedsReason, match="frusso1999, roguinmaor2017"):
        publish(draft, now(), "anna")
    assert publish(draft, now(), "anna", "Too old to count, says the guideline.")
    assert Publication.objects.get(version=draft).left_out_because.startswith("Too old")


@pytest.mark.slow
def test_only_the_owner_can_leave_a_study_out_and_the_reason_is_kept():
    draft = a_draft(keys=["barna2021"])
    address = f"/admin/articles/article/{draft.article_id}/change/"
    sent = {"action": "publish", "version": draft.pk, "uk-chosen": "on"}
    editor, owner = signed_in("Editor"), signed_in("Owner")
    answer = editor.post(address, sent)
    assert answer.status_code == 422
    assert "leaves out" in words_of(answer.content.decode())
    assert "left_out_because" not in answer.content.decode()
    assert editor.post(address, {**sent, "left_out_because": "Because."}).status_code == 403
    assert 'name="left_out_because"' in owner.post(address, sent).content.decode()
    assert owner.post(address, {**sent, "left_out_because": "Withdrawn by its authors."}).status_code == 302
    assert "Withdrawn by its authors." in Publication.objects.get(version=draft).left_out_because


def test_without_a_study_that_found_something_nothing_is_asked():
    assert publish(a_draft(keys=["garrison2020"]), now(), "anna")


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
@pytest.mark.parametrize("article", range(8))
def test_the_articles_that_ship_leave_nothing_out(article, code):
    version = Article.objects.order_by("pk")[article].newest()
    assert left_out(version.blocks(), region(code)) == []
    assert claims_without_source(version.blocks()) == []


@pytest.mark.slow
def test_a_marked_claim_needs_a_source_that_the_article_lists():
    bare = a_draft(
        "<p>It lowers the score [[claim]]. Another sentence [[trotti2019]].</p>", ["trotti2019", "allen2018"]
    )
    assert claims_without_source(bare.blocks()) == ["It lowers the score ."]
    with pytest.raises(NotPossible, match=r"1 marked claim without a source: “It lowers the score"):
        publish(bare, now(), "anna")
    assert "Claim without a source" in {finding.where for finding in content_findings(bare)}
    RichText.objects.filter(parent=bare).update(body="<p>It lowers the score [[claim]] [[trotti2019]].</p>")
    assert publish(bare, now(), "anna")
    assert "It lowers the score." in words_of(page(LABELS)).replace(" 1 .", ".")
    assert "[[" not in page(LABELS)


def test_a_retracted_source_is_named_wherever_it_is_cited(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(
        "OriginalPaperDOI,RetractionDate\n10.1002/14651858.CD009402.PUB3,3/1/2026 0:00\nnone,1/2/2020 0:00\n"
    )
    doi = Reference.objects.get(key="garrison2020").doi
    file.write_text(file.read_text().replace("10.1002/14651858.CD009402.PUB3", doi.upper()))
    call_command("flag_retractions", str(file), verbosity=0, stdout=open("/dev/null", "w"))  # noqa: SIM115
    assert Reference.objects.get(key="garrison2020").retracted_on == date(2026, 3, 1)
    assert "Retracted March 2026" in page(EVIDENCE)
    version = Article.objects.get(slug=EVIDENCE).newest()
    assert any("garrison2020 was retracted" in finding.words for finding in content_findings(version))


@pytest.mark.parametrize("text", ["", "DOI\n1\n", "OriginalPaperDOI,RetractionDate\n1,soon\n"])
def test_a_wrong_list_of_retractions_is_refused_in_a_line(tmp_path, text):
    file = tmp_path / "list.csv"
    file.write_text(text)
    if text:
        with pytest.raises(CommandError):
            call_command("flag_retractions", str(file))
    with pytest.raises(CommandError, match="can’t be read"):
        call_command("flag_retractions", str(tmp_path / "none.csv"))


def test_the_forms_stand_side_by_side_with_their_chemistry():
    told = words_of(page(LABELS).split("The forms side by side")[2].split("</table>")[0])
    for words in ("MgO", "60.3 %", "about 166 mg", "about 619 mg", "14.1 %", "about 709 mg"):
        assert words in told
    assert "Chloride" not in told


def test_skin_and_bath_get_no_intake_figure():
    block = FormTable(codes="chloride sulfate")
    assert [form.is_swallowed for form in block.forms] == [False, False]
    draft = a_draft()
    FormTable.objects.create(parent=draft, region="main", ordering=5, codes="chloride")
    publish(draft, now(), "anna")
    assert "not an oral source" in words_of(page(LABELS))


def test_an_unknown_form_is_named():
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="Unknown: gold"):
        FormTable(codes="citrate gold").clean()
    assert MagnesiumForm.objects.get(code="oxide").mg_for_100 == 166


def test_an_evidence_table_without_a_source_of_its_question_does_not_show():
    draft = a_draft()
    EvidenceTable.objects.create(
        parent=draft, region="main", ordering=5, question=Question.objects.get(slug="magnesium-sleep")
    )
    publish(draft, now(), "anna")
    assert 'class="evidence__counts"' not in page(LABELS)


def structured(slug, code="uk"):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page(slug, code), re.DOTALL)
    return json.loads(found.group(1))


@pytest.mark.slow
def test_structured_data_says_what_the_page_says():
    data = structured(EVIDENCE)
    assert data["headline"] == Article.objects.get(slug=EVIDENCE).newest().title
    assert data["@type"] == ["MedicalWebPage", "Article"]
    assert data["author"]["@type"] == "Organization"
    assert "reviewedBy" not in data
    assert len(data["citation"]) == page(EVIDENCE).count('<li id="ref-')
    assert structured(LABELS)["@type"] == "Article"
    signed_in().post(
        f"/admin/articles/article/{Article.objects.get(slug=LABELS).pk}/change/",
        {
            "action": "review",
            "version": Article.objects.get(slug=LABELS).newest().pk,
            "reviewer": "Dr A. Person, </script><script>alert(1)</script>",
            "reviewed_on": (timezone.localdate() - timedelta(days=3)).isoformat(),
        },
    )
    assert structured(LABELS)["reviewedBy"]["name"].startswith("Dr A. Person, </script>")
    assert "<script>alert(1)" not in page(LABELS)


def test_sources_named_side_by_side_stand_in_one_place_and_each_is_a_link():
    html = page("citrate-glycinate-oxide-label-guide")
    pairs = re.findall(r'<sup class="cite">(<a [^>]+>\d+</a>)(<a [^>]+>\d+</a>)</sup>', html)
    assert pairs
    assert "</sup><sup" not in html
