"""A version as its form holds it, unsaved: what previews and checks are drawn from. Nothing is written by it."""

from articles.evidence import facts
from articles.models import BLOCKS, LinkedProducts, ProductLink, Version, VersionTag, VersionTopic
from articles.models.blocks import RichBlock
from articles.models.proposal import show_proposed
from articles.models.version import Tagged


def typed_version(version: Version, formsets) -> Version:
    """`version` with the blocks, topics, tags and product links of valid formsets, and the facts about its words."""
    rows = {formset.model: _rows(formset) for formset in formsets}
    blocks = [row for kind in BLOCKS for row in rows.get(kind, ())]
    for kind in BLOCKS:
        kind.load_targets([block for block in blocks if type(block) is kind])
    for block in blocks:
        block.parent = version
        if isinstance(block, RichBlock):
            block.tidy()
    show_proposed([(version, blocks)])
    links = sorted(rows.get(ProductLink, ()), key=lambda row: (row.position, row.pk is None, row.pk or 0))
    tags = [row.tag_id for row in rows.get(VersionTag, ())]
    by_hand = [(row.product_id, row.kind, row.show_in, row.region_codes) for row in links]
    linked, topics = (
        LinkedProducts(by_hand, Tagged(tags)),
        [row.topic_id for row in rows.get(VersionTopic, ())],
    )
    if ProductLink not in rows:  # a translation's are not in its form
        linked, topics = version.parts()[1], list(version.topic_pks())
    version.unsaved = sorted(blocks, key=lambda block: block.place), linked, topics
    facts.work_out(version)
    return version


def _rows(formset) -> list:
    """The rows that a save would leave: without deleted ones and empty ones that a script had added.

    Each knows the form it was typed in, so that what is found in it leads there.
    """
    found = []
    for form in formset.forms:
        if form not in formset.deleted_forms and (form.instance.pk or form.has_changed()):
            form.instance.form_name = form.prefix
            found.append(form.instance)
    return found
