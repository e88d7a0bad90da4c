"""What a red finding does: products leave, in that region, everywhere; the Owner may sign it off; a sign-off lapses."""

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from articles.admin.article_context import shown_products
from articles.evidence import facts
from articles.evidence.claims import sign_off
from articles.evidence.recheck import stale_versions
from articles.models import Article, ClaimChange, ClaimSignOff, ProductLink, RichText
from articles.models.version import Linked
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from articles.reading.shown_products import choose
from config.worker import sweeps
from config.worker.sweeps import ClaimsSweep
from shop.catalogue.models import Product, RelatedProductTag
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.claims import LABELS, RED, published_with
from tests.support.factories import region
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
LEGS = "magnesium-and-restless-legs-guide"
CITRATE, GLYCINATE = "magnesium-citrate-capsules", "magnesium-glycinate-capsules"
SPRAY, EPSOM = "magnesium-oil-spray", "epsom-salt-bath-crystals"


def reads(slug=LABELS, code="uk"):
    return a_shopper().get(f"/{code}/articles/{slug}/").content.decode()


def cards(slug=LABELS, code="uk"):
    return reads(slug, code).count('class="card')


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
@pytest.mark.parametrize("number", range(8))
def test_no_article_that_ships_is_red_in_any_region(number, code):
    version = Article.objects.order_by("pk")[number].newest()
    claims = version.claims_in(region(code))
    assert [row for row in claims["findings"] if row["severity"] == "red"] == []
    assert claims["colour"] in {"green", "amber"}


@pytest.mark.walk
def test_a_red_sentence_takes_the_products_away_in_that_region_alone():
    before = {code: cards(code=code) for code in ("uk", "us", "eu")}
    assert all(before.values())
    published_with(LABELS, RED, show_in="only", region_codes="us")
    assert cards(code="us") == 0
    assert cards(code="uk") == before["uk"]
    assert cards(code="eu") == before["eu"]


@pytest.mark.slow
def test_a_product_page_leads_to_no_article_with_a_red_finding():
    address = "/uk/shop/magnesium-citrate-capsules/"
    title = Article.objects.get(slug=LABELS).newest().title
    assert title in a_shopper().get(address).content.decode()
    published_with(LABELS, RED)
    assert title not in a_shopper().get(address).content.decode()


@pytest.mark.slow
def test_amber_keeps_the_products_after_the_article_and_out_of_it():
    assert "inline-card" in reads()
    published_with(LABELS, "<p>Some people ask about restless legs.</p>")
    page = reads()
    assert "inline-card" not in page
    assert "from-our-shop" in page


@pytest.mark.parametrize("pinned", [[], [GLYCINATE], [SPRAY, GLYCINATE]])
def test_cards_that_may_not_stand_inside_the_text_stand_after_it_behind_what_was_chosen_by_hand(pinned):
    known = dict(Product.objects.values_list("slug", "pk"))
    linked = Linked([known[slug] for slug in pinned], {known[EPSOM]})
    placed = [known[CITRATE], known[EPSOM], known[GLYCINATE]]
    assert list(choose(linked, region("uk"), placed)[0]) == [known[CITRATE], known[GLYCINATE]]
    inside, after = choose(linked, region("uk"), placed, may_stand_inside=False)
    assert inside == {}
    expected = list(dict.fromkeys([*pinned, CITRATE, GLYCINATE]))
    assert [row.card.product.slug for row in after] == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "policy", "told"),
    [
        (RED, "careful", "None while a sentence is red: see Claims."),
        ("<p>Some people ask about restless legs.</p>", "separate", "None: it names a condition"),
        (
            "<p>Some people ask about restless legs.</p>",
            "careful",
            "cards of the text stand after the article",
        ),
    ],
)
def test_staff_are_told_what_keeps_the_products_away(words, policy, told):
    version = published_with(LABELS, words)
    Region.objects.filter(code="uk").update(link_policy=policy)
    by_region = {at.code: held for at, held, _ in shown_products(version, *version.parts())}
    assert told in by_region["uk"]


@pytest.mark.slow
def test_separate_shows_no_product_beside_a_condition_and_open_shows_them_all():
    assert cards(LEGS) > 0
    Region.objects.filter(code="uk").update(link_policy="separate")
    assert cards(LEGS) == 0
    assert cards(LABELS) > 0
    assert Article.objects.get(slug=LEGS).newest().title not in a_shopper().get("/uk/").content.decode()
    published_with(LEGS, RED)
    Region.objects.filter(code="uk").update(link_policy="open")
    assert cards(LEGS) > 0


@pytest.mark.slow
def test_only_the_owner_signs_off_and_says_why():
    version = published_with(LABELS, RED)
    article_page = f"/admin/articles/article/{version.article_id}/change/"
    sent = {"action": "sign_off", "version": version.pk, "region": "uk", "reason": "Checked with counsel."}
    assert signed_in("Editor").post(article_page, sent).status_code == 403
    owner = signed_in("Owner")
    owner.post(article_page, {**sent, "reason": " "})
    assert not ClaimSignOff.objects.exists()
    assert owner.post(article_page, sent).status_code == 302
    row = ClaimSignOff.objects.get()
    assert (row.reason, row.signed_by) == ("Checked with counsel.", "owner")
    assert row.findings[0]["severity"] == "red"
    assert cards(code="uk") > 0
    assert cards(code="us") == 0, "signed off for the UK alone"
    assert "Checked with counsel." in owner.get(article_page).content.decode()


@pytest.mark.walk
def test_a_sign_off_lapses_when_words_links_or_rules_change(monkeypatch):
    version = published_with(LABELS, RED)
    uk = region("uk")

    def holds():
        facts.refresh(version)
        return version.claims_in(uk)["signed_off"]

    sign_off(version, uk, "Checked.", "owner")
    assert holds()
    link = ProductLink.objects.create(
        version=version, product=Product.objects.get(slug="magnesium-oil-spray")
    )
    assert not holds()
    link.delete()
    assert holds()
    block = RichText.objects.create(parent=version, region="main", ordering=2, body="<p>More.</p>")
    assert not holds()
    block.delete()
    monkeypatch.setattr("shop.claims.rules.version", lambda: "9.9")
    assert not holds()


@pytest.mark.slow
def test_sign_offs_are_a_log_that_is_exported_and_never_changed():
    version = published_with(LABELS, RED)
    row = sign_off(version, region("uk"), "=HYPERLINK(1)", "owner")
    owner = signed_in("Owner")
    listing = "/admin/articles/claimsignoff/"
    assert "owner" in owner.get(listing).content.decode()
    answer = owner.post(listing, {"action": "export", "_selected_action": [row.pk]})
    told = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK(1)" in told
    assert "Magnesium may help reduce the symptoms of RLS." in told
    assert owner.post(f"{listing}{row.pk}/change/", {"reason": "Another"}).status_code == 403
    assert owner.post(f"{listing}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert signed_in("Orders").get(listing).status_code == 403


def test_nothing_is_signed_off_that_is_not_red():
    with pytest.raises(ValueError, match="something red"):
        sign_off(Article.objects.get(slug=LABELS).newest(), region("uk"), "Because.", "owner")


@pytest.mark.slow
def test_the_editor_sees_phrase_rule_and_advice_while_writing():
    owner = signed_in()
    article = Article.objects.get(slug=LABELS)
    draft = open_draft(article, "owner")
    form = f"/admin/articles/version/{draft.pk}/change/"
    sent = fields_of(owner.get(form).content.decode())
    panel = owner.post(
        form, {**sent, "_check": "1", "summary": "Magnesium relieves restless legs."}
    ).content.decode()
    assert "Red in UK, US, EU" in panel
    assert "Say what was tested" in panel
    draft.refresh_from_db()
    assert draft.summary != "Magnesium relieves restless legs."


def run(tmp_path, text, *options):
    file = tmp_path / "text.txt"
    file.write_text(text)
    out = tmp_path / "out"
    try:
        with out.open("w") as stream:
            call_command("check_claims", str(file), *options, stdout=stream)
        return 0, out.read_text()
    except SystemExit as ended:
        return ended.code, out.read_text()


@pytest.mark.slow
def test_the_same_check_from_the_command_line(tmp_path):
    code, told = run(tmp_path, "Magnesium relieves restless legs.", "--region", "uk", "--json")
    assert code == 1
    finding = json.loads(told)["findings"][0]
    assert {"severity", "rule", "phrase", "sentence", "source", "advice"} <= set(finding)
    assert finding["severity"] == "red"
    code, told = run(tmp_path, "One capsule gives 100 mg of magnesium.", "--region", "us")
    assert code == 0
    assert told.startswith("green: 0 found")
    code, told = run(
        tmp_path, "Soothes sore muscles.", "--region", "eu", "--surface", "product", "--sku", "EPS-CRY-1000"
    )
    assert code == 1
    text = "Magnesium contributes to normal muscle function."
    assert run(tmp_path, text, "--region", "uk", "--surface", "product", "--sku", "CIT-CAP-90")[0] == 0


@pytest.mark.parametrize("options", [("--region", "xx"), ("--region", "uk", "--sku", "NO-SUCH-1")])
def test_a_wrong_call_says_so_in_a_line(tmp_path, options):
    from django.core.management import CommandError

    with pytest.raises(CommandError, match="There is no"):
        run(tmp_path, "x", *options)


@pytest.mark.walk
def test_a_change_of_rules_rechecks_every_article_and_lists_what_changed(monkeypatch, capsys):
    call_command("recheck_claims")
    assert "; 0 changed." in capsys.readouterr().out
    version = published_with(LABELS, RED)
    sign_off(version, region("uk"), "Checked.", "owner")
    monkeypatch.setattr("shop.claims.rules.version", lambda: "9.9 of 2027-01-01")
    call_command("recheck_claims")
    told = capsys.readouterr().out
    assert f"{LABELS} in uk: red, signed off → red" in told
    assert cards(code="uk") == 0, "a sign-off of other rules no longer holds"


@pytest.mark.walk
def test_another_tag_on_a_product_rechecks_by_itself_and_tells_staff():
    """Without a product a text is only information; with one, the same words are those of somebody who sells."""
    article = Article.objects.get(slug="iron-first-questions-for-your-doctor")
    tag = RelatedProductTag.objects.create(name="Iron-free", slug="iron-free")
    draft = open_draft(article, "anna")
    RichText.objects.create(
        parent=draft, region="main", ordering=1, body="<p>Nine out of ten doctors recommend magnesium.</p>"
    )
    draft.tags.add(tag)
    facts.refresh(draft)
    publish(draft, [Slot(region("uk"), timezone.now())], "anna")
    draft.refresh_from_db()
    assert draft.claims_in(region("uk"))["colour"] == "amber"
    assert stale_versions() == []
    Product.objects.get(slug="magnesium-citrate-capsules").tags.add(tag)
    sweep = ClaimsSweep()
    while sweep():
        pass
    draft.refresh_from_db()
    assert draft.claims_in(region("uk"))["colour"] == "red"
    assert ClaimChange.objects.filter(version=draft, region_code="uk", before="amber", after="red").exists()
    assert sweep() is False
    assert "uk: amber → red" in signed_in("Editor").get("/admin/").content.decode()


def test_what_is_checked_in_the_background_changes_no_page_query(django_assert_num_queries):
    sweep = ClaimsSweep()
    sweep()
    with django_assert_num_queries(1):
        sweep()


@pytest.mark.slow
@pytest.mark.parametrize("by", ["tag", "words"])
def test_a_change_of_one_article_reads_no_other(by, monkeypatch):
    read = []

    def stale(words=True, articles=None):
        read.append((words, articles))
        return stale_versions(words, articles)

    monkeypatch.setattr(sweeps, "stale_versions", stale)
    sweep = ClaimsSweep()
    while sweep():
        pass
    article = Article.objects.get(slug="iron-first-questions-for-your-doctor")
    tag = RelatedProductTag.objects.create(name="Iron-free", slug="iron-free")
    draft = open_draft(article, "anna")
    draft.tags.add(tag)
    facts.refresh(draft)
    publish(draft, [Slot(region("uk"), timezone.now())], "anna")
    while sweep():
        pass
    read.clear()
    if by == "tag":
        Product.objects.get(slug="magnesium-citrate-capsules").tags.add(tag)
    else:
        facts.refresh(draft)
        publish(open_draft(article, "anna"), [Slot(region("uk"), timezone.now())], "anna")
    while sweep():
        pass
    looked = set().union(*(articles for _, articles in read if articles is not None))
    assert article.pk in looked
    assert None not in [articles for _, articles in read]
    assert len(looked) < Article.objects.count()
    assert stale_versions() == []
