"""A long article is looked at in a time that grows as it does, before anything is locked."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.evidence.facts import work_out
from articles.evidence.findings import MOST, content_findings
from articles.models import Article, RichText
from tests.support.editing import begin, form
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SAMPLES = {
    "one address": lambda n: "<p>" + '<a href="/uk/x/">here</a> ' * n + "</p>",
    "many addresses": lambda n: (
        "<p>" + "".join(f'<a href="/uk/articles/x{i}/">y</a> ' for i in range(n)) + "</p>"
    ),
    "links by id": lambda n: "<p>" + "".join(f'<a href="/to/article/{i}/">y</a> ' for i in range(n)) + "</p>",
    "headings": lambda n: "<h3>a</h3>" * n,
    "marks": lambda n: "<p>" + "[[claim]] it is [[x]]. " * n + "</p>",
    "one sentence": lambda n: "<p>" + "magnesium cures cramps and " * n + "</p>",
    "one word": lambda n: "<p>" + "a" * 20 * n + "</p>",
    "brackets": lambda n: "<p>" + "[[(" * n + "</p>",
    "quotes": lambda n: "<p>" + '"it’s “' * n + "</p>",
}


def of_text(body: str):
    version = Article.objects.exclude(publications=None).first().publications.first().version
    version.unsaved = (
        [RichText(parent=version, region="main", ordering=1, body=body)],
        version.parts()[1],
        [],
    )
    return version


def seconds(body: str) -> float:
    version = of_text(body)
    began = time.process_time()
    work_out(version)
    return time.process_time() - began


@pytest.mark.parametrize("kind", SAMPLES)
def test_four_times_the_text_costs_four_times_as_much(kind):
    """By processor time, with room for a bad moment: what is quadratic costs sixteen times as much."""
    seconds(SAMPLES[kind](20))
    few, many = seconds(SAMPLES[kind](250)), seconds(SAMPLES[kind](1000))
    assert many < 8 * few + 0.5, (few, many)


def test_links_are_asked_for_together_and_findings_have_an_end():
    counts = []
    for number in (10, 400):
        version = of_text(SAMPLES["many addresses"](number) + SAMPLES["links by id"](number))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = content_findings(version)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(found) == MOST + 1
    assert "more. They are named once these are mended" in found[-1].words


def test_a_long_text_is_read_before_anything_is_locked(monkeypatch):
    owner = signed_in()
    draft = begin(owner, Article.objects.first())
    typed = fields_of(owner.get(form(draft)).content.decode())
    looked = []
    monkeypatch.setattr(
        "articles.evidence.facts.work_out", lambda version: looked.append(len(connection.savepoint_ids))
    )
    monkeypatch.setattr("articles.evidence.facts.write", lambda version: None)
    outside = len(connection.savepoint_ids)
    for name in [name for name in typed if name.endswith("-body")][:1]:
        typed[name] = "<p>" + "A spoon holds five grams. " * 3000 + "</p>"
    assert owner.post(form(draft), {**typed, "_check": "1"}).status_code == 200
    assert looked == [outside], "a look opens no transaction"
    assert owner.post(form(draft), {**typed, "_continue": "1"}).status_code == 302
    assert looked[1] == outside, "what takes long of a save is done before"
    assert looked[2] > outside
