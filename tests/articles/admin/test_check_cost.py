"""The check of what is typed answers while somebody types: what a long article costs of the processor’s time."""

import time

import pytest

from articles.models import Article
from articles.publishing.drafts import open_draft
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MOST = 0.3  # seconds of a processor, for an article of twenty blocks in which one sentence was changed


def test_the_check_of_twenty_blocks_costs_little_after_one_sentence():
    draft = open_draft(Article.objects.get(slug="epsom-salt-bath-magnesium-spray-how-to"), "owner")
    assert len(draft.blocks()) >= 20
    owner, form = signed_in(), f"/admin/articles/version/{draft.pk}/change/"
    typed, costs = fields_of(owner.get(form).content.decode()), []
    body = typed["articles_richtext_set-0-body"]
    for number in range(5):
        new = f"{body}<p>Sentence {number} says that a spoon of it cures all.</p>"
        begun = time.process_time()
        answer = owner.post(
            form, {**typed, "articles_richtext_set-0-body": new, "_check": "1", "overwrite": "on"}
        )
        costs.append(time.process_time() - begun)
        assert f"Sentence {number}" in answer.content.decode()
    # The first reads the rules and each sentence once; others may use the machine meanwhile.
    assert min(costs[1:]) < MOST, costs
