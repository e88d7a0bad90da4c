"""Who may not publish changes nothing that readers read: what they type in the library waits, and drafts show it."""

import pytest
from django.contrib import admin

from articles.evidence import facts
from articles.models import (
    EvidenceTable,
    Proposal,
    Publication,
    Question,
    Reference,
    ReferenceBlock,
    Topic,
    Version,
)
from articles.models.proposal import KEYS
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from config.staff.forms.proposing import Proposing
from shop.pictures.models import Picture
from tests.support.editing import SLUG, act, article_page, form, reads
from tests.support.factories import region
from tests.support.forms import page_of, path_of
from tests.support.pictures import upload
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
RED = "Magnesium relieves restless legs"


def live() -> Version:
    return Publication.objects.current().get(article__slug=SLUG, region__code="uk").version


def shown_row(kind: str):
    """A row of the library that readers of the article meet."""
    version = live()
    if kind == "topic":
        return version.topics.first()
    if kind == "author":
        return version.author
    if kind == "picture":
        return version.picture
    question, _ = Question.objects.get_or_create(slug="asked", name="A question asked")
    source, _ = Reference.objects.get_or_create(
        key="asked1", defaults={"authors": "X Y", "title": "A plain title", "question": question}
    )
    ReferenceBlock.objects.get_or_create(
        parent=version, reference=source, defaults={"region": "main", "ordering": 910}
    )
    EvidenceTable.objects.get_or_create(
        parent=version, question=question, defaults={"region": "main", "ordering": 900}
    )
    facts.refresh(version)
    return question if kind == "question" else source


# By kind: (field, what somebody types instead).
TYPED = {
    "reference": ("title", "Another title of the study"),
    "topic": ("name", "Another topic"),
    "question": ("name", "Another question asked"),
    "picture": ("alt", "Another sentence about the picture"),
}
WAYS = {"plainly": {}, "and goes on": {"_continue": "1"}, "in a window of another form": {"_popup": "1"}}


def change(client, row, **typed):
    answer = client.post(path_of(row), {**page_of(client, row), **typed})
    assert answer.status_code in (200, 302), answer.status_code
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", TYPED)
def test_what_a_writer_types_for_a_row_that_readers_read_only_waits(article, kind, way):
    row, (field, words) = shown_row(kind), TYPED[kind]
    was, page = getattr(row, field), reads()
    answer = change(signed_in("Writer"), row, **{field: words}, **WAYS[way])
    assert "errornote" not in answer.content.decode()
    assert getattr(type(row).objects.get(pk=row.pk), field) == was
    assert reads() == page
    assert Proposal.objects.get().values == {field: words}


@pytest.mark.slow
@pytest.mark.parametrize("role", ["Editor", "Owner"])
@pytest.mark.parametrize("kind", TYPED)
def test_who_may_publish_changes_it_at_once(article, kind, role):
    row, (field, words) = shown_row(kind), TYPED[kind]
    change(signed_in(role), row, **{field: words})
    assert getattr(type(row).objects.get(pk=row.pk), field) == words
    assert not Proposal.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("role", ["Writer", "Marketing", "Orders"])
def test_no_other_role_changes_any_row_of_the_library_that_readers_read(article, role):
    client = signed_in(role)
    for kind in (*TYPED, "author"):
        row = shown_row(kind)
        field, words = TYPED.get(kind, ("name", "Somebody else"))
        before = type(row).objects.filter(pk=row.pk).values().get()
        client.post(path_of(row), {**page_of(signed_in(), row), field: words})
        assert type(row).objects.filter(pk=row.pk).values().get() == before, kind


def test_every_form_of_a_row_of_the_library_proposes_and_no_list_edits_one():
    for model in KEYS:
        one = admin.site.get_model_admin(model)
        assert isinstance(one, Proposing), model
        assert not one.list_editable, model
    for one in admin.site._registry.values():
        assert not {inline.model for inline in one.inlines} & set(KEYS), one


def test_what_no_reader_meets_yet_is_saved_as_ever(article):
    writer = signed_in("Writer")
    source = Reference.objects.create(key="new1", authors="X Y", title="New")
    draft = open_draft(article, "writer")
    ReferenceBlock.objects.create(parent=draft, reference=source, region="main", ordering=990)
    change(writer, source, title="Newer")
    assert Reference.objects.get(key="new1").title == "Newer"


@pytest.mark.slow
def test_a_picture_of_a_writer_takes_no_place_of_the_site(article):
    writer = signed_in("Writer")
    typed = {"title": "Mine", "alt": "A field", "focus_x": 50, "focus_y": 50, "role": "home"}
    assert writer.post("/admin/pictures/picture/add/", {**typed, "file": upload()}).status_code == 302
    mine = Picture.objects.get(title="Mine")
    assert mine.role == ""
    holder = Picture.objects.exclude(role="").first()
    if holder is not None:
        change(signed_in(), holder, role="")
    change(writer, mine, role="home")
    assert Picture.objects.get(pk=mine.pk).role == ""
    assert Proposal.objects.get().values == {"role": "home"}


@pytest.mark.slow
def test_another_file_waits_with_its_size_and_previews_show_it(article):
    writer, row = signed_in("Writer"), live().picture
    was = Picture.objects.filter(pk=row.pk).values().get()
    change(writer, row, file=upload((801, 601)))
    assert Picture.objects.filter(pk=row.pk).values().get() == was
    proposed = Proposal.objects.get().values
    assert (proposed["width"], proposed["height"], proposed["rendered_widths"]) == (801, 601, [])
    draft = open_draft(article, "writer")
    preview = f"/admin/articles/article/preview/{draft.pk}/uk/"
    assert proposed["file"] in writer.get(preview).content.decode()
    assert proposed["file"] not in reads()
    act(signed_in("Editor"), article, "publish", version=draft.pk, **{"uk-chosen": "on"})
    assert Picture.objects.get(pk=row.pk).file.name == proposed["file"]
    assert proposed["file"] in reads()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["reference", "topic", "picture"])
def test_drafts_show_and_check_what_is_proposed_and_readers_get_it_by_publishing(
    article, kind, django_capture_on_commit_callbacks
):
    row, (field, _) = shown_row(kind), TYPED[kind]
    draft = open_draft(article, "writer")
    with django_capture_on_commit_callbacks(execute=True):
        change(signed_in("Writer"), row, **{field: RED})
    colour = {"live": live(), "draft": Version.objects.get(pk=draft.pk)}
    assert {name: of.claims_in(region("uk"))["colour"] == "red" for name, of in colour.items()} == {
        "live": False,
        "draft": True,
    }
    page = signed_in("Editor").get(article_page(article)).content.decode()
    assert "Published with it" in page
    act(signed_in("Editor"), article, "publish", version=draft.pk, **{"uk-chosen": "on"})
    assert getattr(type(row).objects.get(pk=row.pk), field) == RED
    assert not Proposal.objects.exists()
    assert live().claims_in(region("uk"))["colour"] == "red"


@pytest.mark.slow
def test_nothing_is_published_that_was_proposed_after_the_look(article):
    row = shown_row("reference")
    draft, editor = open_draft(article, "writer"), signed_in("Editor")
    seen = fields_of(editor.get(article_page(article)).content.decode())["library"]
    change(signed_in("Writer"), row, title="Typed after the look")
    act(editor, article, "publish", version=draft.pk, library=seen, **{"uk-chosen": "on"})
    assert Version.objects.get(pk=draft.pk).is_draft
    assert Reference.objects.get(pk=row.pk).title == "A plain title"


@pytest.mark.slow
def test_an_editor_puts_it_live_by_itself_and_a_writer_may_only_throw_away_their_own(article):
    row = shown_row("reference")
    change(signed_in("Writer"), row, title="As proposed")
    page = f"/admin/articles/proposal/{Proposal.objects.get().pk}/change/"
    typed = fields_of(signed_in("Editor").get(page).content.decode())
    assert signed_in("Writer").post(page, {**typed, "action": "put_live"}).status_code == 403
    assert signed_in("Writer", name="another").post(page, {"action": "throw_away"}).status_code == 403
    assert signed_in("Marketing").post(page, {"action": "put_live"}).status_code == 403
    assert signed_in("Editor").post(page, {**typed, "action": "put_live"}).status_code == 302
    assert Reference.objects.get(pk=row.pk).title == "As proposed"
    change(signed_in("Writer"), row, title="Once more")
    page = f"/admin/articles/proposal/{Proposal.objects.get().pk}/change/"
    assert signed_in("Writer").post(page, {"action": "throw_away"}).status_code == 302
    assert not Proposal.objects.exists()
    assert Reference.objects.get(pk=row.pk).title == "As proposed"


@pytest.mark.slow
def test_a_name_that_was_taken_meanwhile_is_told_and_nothing_is_published(article):
    row = shown_row("topic")
    change(signed_in("Writer"), row, name="Wanted by two")
    Topic.objects.create(name="Wanted by two", slug="wanted-by-two")
    draft = open_draft(article, "writer")
    act(signed_in("Editor"), article, "publish", version=draft.pk, **{"uk-chosen": "on"})
    assert Version.objects.get(pk=draft.pk).is_draft
    assert Proposal.objects.exists()


@pytest.mark.slow
def test_a_second_proposal_keeps_what_the_first_changed_elsewhere(article):
    row = shown_row("reference")
    change(signed_in("Writer"), row, title="A title")
    change(signed_in("Writer"), row, journal="A journal", year="2019")
    assert Proposal.objects.get().values == {"title": "A title", "journal": "A journal", "year": 2019}


def test_a_writer_does_not_merge_topics(article):
    shown, other = live().topics.first(), Topic.objects.create(name="Other", slug="other")
    typed = {"action": "merge", "_selected_action": [shown.pk, other.pk], "into": other.pk}
    signed_in("Writer").post("/admin/articles/topic/", typed)
    assert Topic.objects.filter(pk=shown.pk).exists()


@pytest.mark.slow
def test_an_autosaved_draft_and_a_typed_preview_show_what_is_proposed(article):
    row, writer = shown_row("reference"), signed_in("Writer")
    draft = open_draft(article, "writer")
    change(writer, row, title="Proposed and previewed")
    sent = fields_of(writer.get(form(draft)).content.decode())
    for more in ({"_preview": "1", "_preview_region": "uk"}, {"_preview": "1", "title": "Typed"}):
        assert "Proposed and previewed" in writer.post(form(draft), {**sent, **more}).content.decode()
    writer.post(form(draft), {**sent, "_autosave": "1"})
    assert Reference.objects.get(pk=row.pk).title == "A plain title"
    assert "Proposed and previewed" not in reads()


def test_what_a_draft_shows_costs_one_question_more_however_much_is_proposed(
    article, django_assert_max_num_queries
):
    shown_row("reference")
    draft = open_draft(article, "writer")
    with django_assert_max_num_queries(12):
        Version.objects.get(pk=draft.pk).parts()
    for kind in TYPED:
        row, (field, words) = shown_row(kind), TYPED[kind]
        Proposal.objects.create(**{KEYS[type(row)]: row}, values={field: words}, made_by="writer")
    with django_assert_max_num_queries(12):
        Version.objects.get(pk=draft.pk).parts()


def test_a_live_version_shows_live_values_beside_a_draft_of_the_same_row(article):
    row = shown_row("reference")
    draft = open_draft(article, "writer")
    Proposal.objects.create(reference=row, values={"title": "Proposed"}, made_by="writer")
    titles = {
        version.is_draft: {b.reference.title for b in version.blocks() if isinstance(b, ReferenceBlock)}
        for version in (live(), Version.objects.get(pk=draft.pk))
    }
    assert "Proposed" in titles[True]
    assert "Proposed" not in titles[False]


def test_a_role_that_may_publish_publishes_without_anything_proposed(article):
    draft = open_draft(article, "writer")
    publish(draft, [Slot(region("uk"), draft.changed_at)], "editor")
    assert not Version.objects.get(pk=draft.pk).is_draft
