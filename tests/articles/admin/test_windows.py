"""Two windows at one draft, and whatever may come between: nothing that anybody typed is lost, and nothing stands there twice.

A window does here what static/js/writer/save.js and keep.js do in a browser: it sends its whole form, takes over the
numbers of its rows, stops where somebody else has saved, and keeps what was not kept by the server. After each step
the draft is compared with what was accepted last, and the history with every state in which somebody left it.
"""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Author, RichText, Topic, Version, VersionTopic
from tests.support.editing import form
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
TEXTS = "articles_richtext_set"
STEPS, PAUSE = 40, timedelta(minutes=30)


class Row:
    def __init__(self, body, pk="", is_gone=False):
        self.body, self.pk, self.is_gone = body, pk, is_gone


class Window:
    """One open editor. `unkept`: whether it holds something that the server has not accepted."""

    def __init__(self, name, draft):
        self.name, self.draft = name, draft
        self.client = signed_in(name=name)
        self.open()

    def open(self):
        page = self.client.get(form(self.draft))
        if page.status_code == 302:
            self.client = signed_in(name=self.name)
            page = self.client.get(form(self.draft))
        self.take(fields_of(page.content.decode()))
        self.unkept = self.is_stopped = False

    def take(self, fields):
        count = int(fields[f"{TEXTS}-TOTAL_FORMS"])
        rows = [
            (
                int(fields[f"{TEXTS}-{n}-ordering"]),
                Row(
                    fields[f"{TEXTS}-{n}-body"].strip(),
                    fields[f"{TEXTS}-{n}-id"],
                    f"{TEXTS}-{n}-DELETE" in fields,
                ),
            )
            for n in range(count)
        ]
        self.rows = [row for _, row in sorted(rows, key=lambda one: one[0])]
        self.fields = {name: value for name, value in fields.items() if not name.startswith(f"{TEXTS}-")}

    @property
    def shown(self):
        return self.fields["title"], tuple(row.body for row in self.rows if not row.is_gone)

    def body(self):
        """Stored rows first, as the admin wants them; and by which row each was sent."""
        order = sorted(self.rows, key=lambda row: not row.pk)
        sent = {
            **self.fields,
            f"{TEXTS}-TOTAL_FORMS": str(len(order)),
            f"{TEXTS}-INITIAL_FORMS": str(sum(bool(row.pk) for row in order)),
            f"{TEXTS}-MIN_NUM_FORMS": "0",
            f"{TEXTS}-MAX_NUM_FORMS": "1000",
        }
        for number, row in enumerate(order):
            fields = {"id": row.pk, "parent": str(self.draft.pk), "body": row.body, "region": "main",
                      "show_in": "all", "ordering": str((self.rows.index(row) + 1) * 10)}  # fmt: skip
            if row.is_gone:
                fields["DELETE"] = "on"
            sent |= {f"{TEXTS}-{number}-{name}": value for name, value in fields.items()}
        return sent, order

    def accepted(self, answer, order):
        self.fields["seen"], self.unkept = answer["seen"], False
        for row, pk in zip(order, answer["rows"][TEXTS], strict=True):
            row.pk = str(pk or "")


class Desk:
    """The server as it should be: the state of the draft, and those that the history must hold."""

    def __init__(self, draft, now):
        self.draft, self.now = draft, now
        self.state, self.by, self.is_autosaved, self.at = self.stored(draft), "", False, now()
        self.history = set()

    @staticmethod
    def stored(version):
        texts = RichText.objects.filter(parent=version).order_by("ordering", "pk")
        return version.title, tuple(body.strip() for body in texts.values_list("body", flat=True))

    def accepts(self, window, *, by_hand=False, over=False):
        goes_on = self.is_autosaved and self.by == window.name and self.now() - self.at < PAUSE and not over
        if self.state == window.shown:
            return  # nothing was changed: it stays as it was, with its day and its author
        if not goes_on:
            self.history.add(self.state)
        self.state, self.by, self.is_autosaved, self.at = window.shown, window.name, not by_hand, self.now()

    def check(self):
        draft = Version.objects.get(article=self.draft.article_id, is_draft=True)
        assert self.stored(draft) == self.state
        held = {self.stored(one) for one in Version.objects.filter(article=self.draft.article_id)}
        assert self.history <= held, self.history - held


class Day:
    def __init__(self, seed, draft, clock):
        self.dice, self.clock = random.Random(seed), clock
        self.desk = Desk(draft, timezone.now)
        self.windows = [Window("ann", draft), Window("ben", draft)]
        self.typed, self.said = 0, []

    def step(self):
        window, act = self.dice.choice(self.windows), self.dice.choices(*zip(*ACTS.items(), strict=True))[0]
        self.said.append((window.name, act.__name__))
        act(self, window)
        self.desk.check()

    def words(self):
        self.typed += 1
        return f"<p>Entry {self.typed}.</p>"

    def types(self, window):
        """In the title, in a text, a new text, one taken out, one put back, or two in another order."""
        rows, here = window.rows, [row for row in window.rows if not row.is_gone]
        gone = [row for row in rows if row.is_gone]
        what = self.dice.randrange(3)
        if what == 0:
            self.typed += 1
            window.fields["title"] = f"Title {self.typed}"
        elif what == 1 and here:
            self.dice.choice(here).body = self.words()
        elif what == 2 and len(here) > 1:
            self.dice.choice(here).is_gone = True
        elif what == 3 and gone:
            self.dice.choice(gone).is_gone = False
        elif what == 4:
            self.dice.shuffle(rows)
        else:
            rows.insert(self.dice.randint(0, len(rows)), Row(self.words()))
        window.unkept = True

    def saves_itself(self, window, *, answer_is_lost=False):
        if window.is_stopped or not window.unkept:
            return
        sent, order = window.body()
        answer = window.client.post(form(window.draft), {**sent, "_autosave": "1"})
        if answer.status_code == 200:
            self.desk.accepts(window)
            if not answer_is_lost:
                window.accepted(answer.json(), order)
        elif answer.status_code == 409:
            assert answer.json()["by"] in {"ann", "ben"}
            window.is_stopped = not answer_is_lost
        else:
            assert answer.status_code == 302, answer.content  # signed out
            window.client = signed_in(name=window.name)

    def saves_itself_and_the_answer_is_lost(self, window):
        self.saves_itself(window, answer_is_lost=True)

    def saves_by_hand(self, window):
        """Where somebody else has saved, both are shown; then with “Save mine over it”."""
        stored = Version.objects.get(pk=window.draft.pk).changed_at
        is_late, over = window.fields["seen"] != stored.isoformat(), {}
        if is_late:
            was = window.shown
            page = window.client.post(form(window.draft), {**window.body()[0], "_continue": "1"})
            if page.status_code == 302:  # signed out
                assert "/login/" in page["Location"]
                window.client = signed_in(name=window.name)
                return
            self.desk.check()
            window.take(fields_of(page.content.decode()))
            assert window.shown == was
            over = {"overwrite": "on"}
        answer = window.client.post(form(window.draft), {**window.body()[0], "_continue": "1", **over})
        assert answer.status_code == 302, fields_of(answer.content.decode())
        if "/login/" in answer["Location"]:
            window.client = signed_in(name=window.name)
            return
        self.desk.accepts(window, by_hand=True, over=is_late)
        was = window.shown
        window.open()
        assert window.shown == was

    def is_killed(self, window):
        """The browser ends; it kept what was typed, offers it back, and the form is drawn from it."""
        sent, _ = window.body()
        was, unkept = window.shown, window.unkept
        window.open()
        if not unkept:
            return
        page = window.client.post(form(window.draft), {**sent, "_put_back": "1"}).content.decode()
        window.take(fields_of(page))
        window.unkept = True
        assert window.shown == was

    def loses_its_session(self, window):
        window.client.logout()

    def is_offline_for_an_hour(self, window):
        for _ in range(3):
            self.types(window)
        self.clock[0] += timedelta(hours=1)


ACTS = {
    Day.types: 12,
    Day.saves_itself: 10,
    Day.saves_itself_and_the_answer_is_lost: 1,
    Day.saves_by_hand: 2,
    Day.is_killed: 2,
    Day.loses_its_session: 1,
    Day.is_offline_for_an_hour: 1,
}


@pytest.fixture
def clock(monkeypatch):
    """Moves the time of the server on, by what is in it."""
    real, moved = timezone.now, [timedelta()]
    monkeypatch.setattr(timezone, "now", lambda: real() + moved[0])
    return moved


@pytest.fixture
def draft():
    article = Article.objects.create(slug="two-windows")
    made = Version.objects.create(
        article=article,
        title="Title",
        summary="What two people write at once, in two sentences. This is one.",
        author=Author.objects.first(),
        is_draft=True,
    )
    for number in range(3):
        RichText.objects.create(
            parent=made, region="main", ordering=number * 10, body=f"<p>Text {number}.</p>"
        )
    return made


@pytest.mark.parametrize("seed", range(3))
def test_nothing_that_was_typed_is_lost(seed, draft, clock):
    day = Day(seed, draft, clock)
    for _ in range(STEPS):
        day.step()
    for window in day.windows:  # both come back, and save what they still hold
        was = window.shown
        day.saves_by_hand(window)
        if window.unkept:
            day.saves_by_hand(window)
        day.desk.check()
        assert day.desk.state == was or was in day.desk.history
    assert {act for _, act in day.said} >= {"types", "saves_itself"}


def late_save(client, draft, sent):
    """As by hand: both are shown, and what is on that page is saved over the other."""
    page = client.post(form(draft), {**sent, "_continue": "1"})
    assert page.status_code == 200
    return client.post(form(draft), {**fields_of(page.content.decode()), "_continue": "1", "overwrite": "on"})


@pytest.mark.parametrize("is_lost", [True, False], ids=["the answer was lost", "a colleague did"])
def test_what_may_stand_there_once_was_added_by_both(draft, is_lost):
    ann, ben = Window("ann", draft), Window("ann" if is_lost else "ben", draft)
    topic, other = Topic.objects.all()[:2]
    row = {"id": "", "version": str(draft.pk), "topic": str(topic.pk)}
    added = {f"versiontopic_set-0-{name}": value for name, value in row.items()} | {
        "versiontopic_set-TOTAL_FORMS": "1"
    }
    assert ann.client.post(form(draft), {**ann.body()[0], **added, "_autosave": "1"}).status_code == 200
    more = {f"versiontopic_set-1-{name}": value for name, value in (row | {"topic": str(other.pk)}).items()}
    sent = {**ben.body()[0], **added, **more, "versiontopic_set-TOTAL_FORMS": "2"}
    assert late_save(ben.client, draft, sent).status_code == 302
    assert set(VersionTopic.objects.filter(version=draft).values_list("topic", flat=True)) == {
        topic.pk,
        other.pk,
    }


def test_what_a_colleague_took_out_comes_back_with_mine_and_what_they_added_goes(draft):
    ann, ben = Window("ann", draft), Window("ben", draft)
    ann.rows[1].is_gone = True
    ann.rows.append(Row("<p>Added by Ann.</p>"))
    ann.client.post(form(draft), {**ann.body()[0], "_autosave": "1"})
    ben.rows[1].body = "<p>Changed by Ben.</p>"
    assert late_save(ben.client, draft, ben.body()[0]).status_code == 302
    assert Desk.stored(draft)[1] == ("<p>Text 0.</p>", "<p>Changed by Ben.</p>", "<p>Text 2.</p>")
    before = Version.objects.filter(article=draft.article_id, is_draft=False).order_by("-pk")[0]
    assert Desk.stored(before)[1] == ("<p>Text 0.</p>", "<p>Text 2.</p>", "<p>Added by Ann.</p>")
