"""Where a redirect leads a reader who found nothing: a few reads by a unique index."""

from config.forwarding.addresses import page_at
from config.forwarding.models import Redirect
from config.forwarding.spelling import BadAddress, key_of

MOST_HOPS = 5  # of redirects made past `plan`, which shortens them to one


def lead(path: str, query: str) -> tuple[str, list[Redirect]] | None:
    """(where a path with its query leads, the redirect that says so), or None. Redirects in a circle lead nowhere.

    One for the path with this query comes before one for the path alone; that one passes the query on.
    """
    try:
        whole, bare = key_of(path, query), key_of(path)
    except BadAddress:
        return None
    rows = {row.source: row for row in Redirect.objects.filter(source__in={whole, bare})}
    first = rows.get(whole) or rows.get(bare)
    if first is None:
        return None
    row, passed = first, {first.source}
    while following := Redirect.objects.filter(source=row.target_key).first():
        row = following
        if row.source in passed or len(passed) == MOST_HOPS:
            return None
        passed.add(row.source)
    if row.target_key and not page_at(row.target).answers:
        return None  # the page has left since, or is not published yet
    address, sign, fragment = row.target.partition("#")
    if query and "?" not in address and first.source == bare:
        address = f"{address}?{query}"
    return address + sign + fragment, [first]
