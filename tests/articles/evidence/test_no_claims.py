"""“No claim”: a person's word on a sentence that no rule recognised, what it changes, and how it ends."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.evidence.claims import store
from articles.evidence.no_claims import NotWaiting, tick, withdraw
from articles.evidence.recheck import recheck
from articles.evidence.sentences import by_state, found_sentences
from articles.models import Article, Faq, NoClaim, NoClaimEnd, RichText, RulesInForce, Version
from articles.publishing.drafts import open_draft, restore
from articles.publishing.publish import Slot, publish
from shop.claims import rules
from shop.claims.check import UNRECOGNISED, ClaimFinding
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.claims import LABELS, published_with
from tests.support.factories import region
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
ODD = "Blue moons hum."


@pytest.fixture(autouse=True)
def unsure(monkeypatch):
    """Rules that recognise all but what hums."""

    def found(read, law, *rest, ticked=(), **given):
        return [
            ClaimFinding(
                "amber",
                UNRECOGNISED,
                row.text,
                row.text,
                "",
                "",
                place=row.place,
                key=row.key,
                digest=f"d{len(row.text)}",
            )
            for row in read
            if "hum." in row.text and f"d{len(row.text)}" not in ticked
        ]

    monkeypatch.setattr("articles.evidence.claims.check_passages", found)
    NoClaim.objects.all()._raw_delete("default")  # those of the shipped articles


def waiting(version):
    version.refresh_from_db()
    return version.waits_in(region("uk"))


def page(slug=LABELS):
    return a_shopper().get(f"/uk/articles/{slug}/").content.decode()


def policy(name):
    Region.objects.filter(code="uk").update(link_policy=name)


def live():
    return published_with(LABELS, f"<p>{ODD}</p>")


DIGEST = f"d{len(ODD)}"


@pytest.mark.slow
def test_while_it_waits_no_card_stands_in_the_text_and_under_separate_none_at_all():
    assert "inline-card" in page()
    version = live()
    assert "inline-card" not in page()
    assert "from-our-shop" in page()
    policy("separate")
    assert 'class="card' not in page()
    assert version.title not in a_shopper().get("/uk/").content.decode()
    tick(version, {DIGEST: "food"}, "edith")
    assert "inline-card" in page()
    assert version.title in a_shopper().get("/uk/").content.decode()
    policy("open")
    withdraw(NoClaim.objects.all(), "edith")
    assert "inline-card" in page(), "the policy “open” only advises"


@pytest.mark.slow
def test_the_feed_shows_no_card_whatever_waits():
    live()
    assert "card" not in a_shopper().get("/uk/articles/feed/").content.decode()


@pytest.mark.slow
def test_a_tick_lapses_with_the_words_and_with_the_rules_and_holds_again_with_them(monkeypatch):
    version = live()
    tick(version, {DIGEST: "food"}, "edith")
    assert not waiting(version)
    block = RichText.objects.get(parent=version, body__contains=ODD)
    block.body = "<p>Blue moons hum. They hum.</p>"
    block.save()
    store(version)
    assert waiting(version)
    block.body = f"<p>{ODD}</p>"
    block.save()
    store(version)
    assert not waiting(version)
    monkeypatch.setattr("shop.claims.rules.version", lambda: "9.9")
    recheck([version])
    assert waiting(version)
    assert RulesInForce.objects.last().rules == "9.9"


@pytest.mark.slow
def test_a_tick_holds_in_the_draft_and_in_what_is_published_and_so_does_its_withdrawal():
    version = live()
    draft = open_draft(version.article, "anna")
    assert waiting(version)
    assert waiting(draft)
    (row,) = tick(draft, {DIGEST: "food"}, "edith")
    assert not waiting(version)
    assert not waiting(draft)
    publish(draft, [Slot(region("uk"), timezone.now())], "anna")
    Version.objects.filter(pk=version.pk).update(claims=draft.claims)  # history, as it was checked before
    assert withdraw([row], "edith") == 1
    assert waiting(draft)
    assert waiting(restore(draft, "anna"))


@pytest.mark.slow
def test_what_is_published_is_checked_at_that_moment():
    version = live()
    draft = open_draft(version.article, "anna")
    Version.objects.filter(pk=draft.pk).update(claims={}, claims_rules="other")
    draft.refresh_from_db()
    publish(draft, [Slot(region("uk"), timezone.now())], "anna")
    assert waiting(draft)


@pytest.mark.slow
def test_a_tick_under_one_law_holds_there_alone():
    version = live()
    tick(version, {DIGEST: "food"}, "edith", law="US")
    version.refresh_from_db()
    assert [version.waits_in(region(code)) for code in ("uk", "us", "eu")] == [True, False, True]


@pytest.mark.parametrize("reasons", [{}, {DIGEST: " "}, {"d99": "food"}, {DIGEST: "food", "d99": "food"}])
def test_nothing_is_ticked_that_does_not_wait_or_has_no_reason(reasons):
    version = live()
    with pytest.raises(NotWaiting):
        tick(version, reasons, "edith")
    assert not NoClaim.objects.exists()


@pytest.mark.slow
def test_withdrawing_ends_every_tick_of_the_same_words():
    version = live()
    claims = version.claims
    for _ in range(2):  # two editors at the same moment
        Version.objects.filter(pk=version.pk).update(claims=claims)
        tick(version, {DIGEST: "food"}, "edith")
    assert withdraw(NoClaim.objects.all()[:1], "edith") == 2
    assert waiting(version)


@pytest.mark.slow
def test_the_log_is_only_added_to():
    version = live()
    (row,) = tick(version, {DIGEST: "food"}, "edith")
    row = NoClaim.objects.get()
    for change in (row.save, row.delete):
        with pytest.raises(TypeError, match="never"):
            change()
    withdraw([row], "edith")
    for field, value in (("reason", ""), ("digest", ""), ("law", "FR")):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoClaim.objects.bulk_create(
                [NoClaim(**{"article": version.article, "digest": "x", "sentence": "x", "reason": "x", "ticked_by": "x", "rules": "1", field: value})]
            )  # fmt: skip
    assert NoClaimEnd.objects.get().ended_by == "edith"


@pytest.mark.parametrize(("role", "may"), [("Owner", True), ("Editor", True), ("Writer", False), ("Marketing", False), ("Orders", False)])  # fmt: skip
def test_who_may_tick(role, may):
    rights = Group.objects.get(name=role).permissions
    assert rights.filter(codename="may_tick_no_claim").exists() is may


def sent(version, **more):
    return {"action": "no_claim", "version": version.pk, **more}


@pytest.mark.slow
def test_an_editor_ticks_one_or_several_and_takes_one_back():
    version = published_with(LABELS, f"<p>{ODD}</p><p>Red moons hum.</p><p>Old moons never hum.</p>")
    address = f"/admin/articles/article/{version.article_id}/change/"
    editor = signed_in("Editor")
    shown = editor.get(address).content.decode()
    assert "3 not recognised as allowed" in shown
    assert f'value="{DIGEST}">No claim' in shown
    assert "It still waits" in shown
    one = {
        "d20-reason": "chemistry",
        f"{DIGEST}-reason": "food",
        f"{DIGEST}-words": "A saying.",
        "only": DIGEST,
    }
    assert editor.post(address, sent(version, **one)).status_code == 302
    assert NoClaim.objects.get().reason == "food: A saying."
    both = {"d14-reason": "other", "d14-words": "A saying, too.", "d20-reason": "chemistry"}
    editor.post(address, sent(version, **both, law="US"))
    assert set(NoClaim.objects.values_list("reason", "law", "ticked_by")) == {
        ("food: A saying.", "", "editor"), ("A saying, too.", "US", "editor"), ("chemistry", "US", "editor"),
    }  # fmt: skip
    first = NoClaim.objects.get(digest=DIGEST)
    editor.post(address, {"action": "withdraw", "tick": first.pk})
    assert first.end.ended_by == "editor"
    assert editor.post(address, {"action": "withdraw", "tick": first.pk}).status_code == 302
    assert NoClaimEnd.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({f"{DIGEST}-reason": ""}, "Choose a reason"),
        ({f"{DIGEST}-reason": "other"}, "Choose a reason"),
        ({f"{DIGEST}-reason": "food", f"{DIGEST}-words": "x" * 201}, "at most 200 characters"),
        ({f"{DIGEST}-words": "x"}, "Say in a few words"),
        ({f"{DIGEST}-reason": "other", f"{DIGEST}-words": " ok. "}, "Say in a few words"),
        ({f"{DIGEST}-reason": "because"}, "because is not one of the available choices"),
        ({f"{DIGEST}-reason": "food", "law": "FR"}, "Choose the law"),
        ({"d1-reason": "food"}, "changed or ticked after you opened this page"),
    ],
)
@pytest.mark.walk
def test_a_refused_tick_says_why_and_keeps_what_was_typed(typed, words):
    version = live()
    answer = signed_in("Editor").post(
        f"/admin/articles/article/{version.article_id}/change/", sent(version, **typed)
    )
    shown = answer.content.decode()
    assert words in shown
    assert answer.status_code == 422
    if f"{DIGEST}-words" in typed:
        assert typed[f"{DIGEST}-words"] in shown
    assert not NoClaim.objects.exists()


@pytest.mark.slow
def test_a_writer_sees_what_waits_and_cannot_tick_it():
    version = live()
    address = f"/admin/articles/article/{version.article_id}/change/"
    writer = signed_in("Writer")
    assert ">No claim<" not in writer.get(address).content.decode()
    assert writer.post(address, sent(version, **{f"{DIGEST}-reason": "food"})).status_code == 403


def finding(**given):
    row = {"severity": "red", "rule": "a", "phrase": "hum", "sentence": ODD, "source": "GB law", "advice": "", "why": "It hums.", "place": "Text 1", "key": "richtext-1"}  # fmt: skip
    return {**row, **given}


def test_a_sentence_is_told_once_for_all_regions_with_the_sources_of_each():
    version = Version(claims={
        "uk": {"findings": [finding(), finding(place="Text 2")]},
        "us": {"findings": [finding(source="FTC"), finding(rule=UNRECOGNISED, severity="amber", digest="d", why="Odd.")]},
    })  # fmt: skip
    first, second = found_sentences(version)
    assert (first.place, second.place) == ("Text 1", "Text 2")
    assert first.region_names == "UK, US"
    assert first.digest == "d"
    assert [(row.rule, row.region_names, row.sources) for row in first.objections] == [
        ("a", "UK, US", ["GB law", "FTC"]), (UNRECOGNISED, "US", ["GB law"]),
    ]  # fmt: skip
    assert first.marked == ("Blue moons ", "hum", ".")


def test_what_is_to_be_said_of_many_sentences_is_said_once():
    named = {"severity": "amber", "why": "It names one.", "advice": "Nothing."}
    version = Version(claims={
        "uk": {"findings": [finding(**named, sentence=words) for words in ("One.", "Two.", "Three.")]},
        "us": {"findings": [finding(**named, sentence="One.", source="FTC"), finding(severity="amber", why="Tall.", sentence="Two.")]},
    })  # fmt: skip
    [said] = by_state(version).amber_alike
    assert ([row.sentence for row in said.rows], said.sources) == (
        ["One.", "Two.", "Three."],
        ["GB law", "FTC"],
    )
    assert [row.why for row in said.rows[1].more] == ["Tall."], (
        "what else is to be said stands with the sentence"
    )


@pytest.mark.parametrize(
    ("phrase", "because"), [("hum", ""), (ODD, ""), ("a story", "a story"), ("uptake", "uptake")]
)
def test_what_makes_a_sentence_wait_is_told_where_no_phrase_of_its_own_does(phrase, because):
    [row] = found_sentences(Version(claims={"uk": {"findings": [finding(phrase=phrase)]}}))
    assert row.because == because


@pytest.mark.slow
def test_a_tick_of_words_that_are_gone_says_so_and_stands_last():
    version = live()
    tick(version, {DIGEST: "food"}, "edith")
    NoClaim.objects.create(
        article_id=version.article_id, digest="gone", sentence="It hummed.", reason="food", ticked_by="edith",
        rules=rules.version(),
    )  # fmt: skip
    shown = signed_in("Writer").get(f"/admin/articles/article/{version.article_id}/change/").content.decode()
    assert "2 sentences ticked" in shown
    assert shown.rindex(ODD) < shown.index("It hummed.")
    assert shown.count("these words do not stand in this version") == 1


@pytest.mark.walk
def test_a_finding_leads_to_its_block_in_the_editor_and_opens_a_draft_first_where_there_is_none():
    version = live()
    article = Article.objects.get(pk=version.article_id)
    address = f"/admin/articles/article/{article.pk}/change/"
    editor = signed_in("Editor")
    Faq.objects.create(parent=version, region="main", ordering=2, question=ODD, answer="<p>Yes.</p>")
    store(version)
    shown = editor.get(address).content.decode()
    assert 'name="at" value="articles_faq_set-0" class="button-link">FAQ 1: question<' in shown
    answer = editor.post(address, {"action": "edit", "at": "articles_faq_set-0"})
    draft = article.draft
    assert answer.url == f"/admin/articles/version/{draft.pk}/change/#articles_faq_set-0"
    form = editor.get(answer.url).content.decode()
    assert 'id="articles_faq_set-0"' in form
    assert 'href="#articles_faq_set-0"' in form
    assert (
        f'href="/admin/articles/version/{draft.pk}/change/#articles_faq_set-0"'
        in editor.get(address).content.decode()
    )
    assert editor.post(address, {"action": "edit", "at": "//evil.test"}).url.endswith("/change/")


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_the_ticks():
    version = live()

    def queries():
        with CaptureQueriesContext(connection) as done:
            store(version)
        return len(done)

    queries()
    before = queries()
    NoClaim.objects.bulk_create(
        NoClaim(
            article=version.article,
            digest=f"x{n}",
            sentence="x",
            reason="x",
            ticked_by="x",
            rules=version.claims_rules,
        )
        for n in range(50)
    )
    assert queries() == before
