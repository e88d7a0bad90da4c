"""The lists that a person works in most, and what they changed last: from the log of changes, which is kept anyway."""

from collections import Counter

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from config.staff.places import Place

READ, LISTS, LAST = 200, 6, 6  # entries that are read; what is shown of them
WITHOUT_LOG = [
    "Orders to send",
    "Money ledger",
    "VAT report",
    "New article",
    "Articles by region",
    "Products",
]


def often_used(user, menu: list[tuple[str, list[Place]]]) -> tuple[list[Place], list[tuple[str, str]]]:
    """(lists and reports to go to, (words, address) of the rows changed last). One query."""
    every = [place for _, places in menu for place in places]
    by_model = {place.model.lower(): place for place in every if place.model}
    rows = LogEntry.objects.filter(user=user).order_by("-pk").select_related("content_type")
    entries = list(rows.defer("change_message")[:READ])
    counts = Counter(entry.content_type_id for entry in entries if entry.content_type_id)
    models = [ContentType.objects.get_for_id(pk).model for pk, _ in counts.most_common()]
    # A draft is worked on from its article's page.
    names = dict.fromkeys("article" if model == "version" else model for model in models)
    lists = [by_model[name] for name in names if name in by_model][:LISTS]
    usual = [place for place in every if place.name in WITHOUT_LOG and place not in lists]
    last: dict[str, str] = {}
    for entry in entries:
        url = None if entry.is_deletion() or not entry.content_type_id else entry.get_admin_url()
        if url and url not in last and entry.content_type.model in {*by_model, "version"}:
            last[url] = entry.object_repr
    return (lists + usual)[:LISTS], [(words, url) for url, words in list(last.items())[:LAST]]
