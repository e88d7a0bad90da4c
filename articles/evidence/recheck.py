"""Which articles were checked by other rules, with other products or other words, and checking them anew."""

from collections.abc import Collection

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles import notices
from articles.evidence import facts
from articles.evidence.claims import in_region, linked_products, passages, state_of, was_checked_with
from articles.evidence.judged import judged_in
from articles.models import BLOCKS, ClaimChange, Publication, RulesInForce, Version
from articles.models.proposal import show_proposed
from articles.models.review import SIGNED_OFF
from shop.claims import rules
from shop.claims.rules import RED
from shop.content.models import one_state, read_content_version
from shop.regions.models import Region
from shop.sweeps.alone import each_alone, passed_over

RECHECK = "recheck_claims"
BATCH = 200  # versions whose blocks are in memory together
DONE_FOR = 60


def recheck(versions) -> list[ClaimChange]:
    """Check versions anew, as after a change of rules, tags or products; what changed its colour, kept as rows.

    A sign-off that lapsed is such a change. Safe to repeat, and to break off; a version that can't be checked waits.
    """
    changed: list[ClaimChange] = []
    note_rules()

    def check_anew(version) -> bool:
        found = _check_anew(version.pk)
        changed.extend(found or ())
        return found is not None

    each_alone(versions, check_anew, sweep=RECHECK, atomic=False)
    return changed


def _check_anew(pk: int) -> list[ClaimChange] | None:
    """What changed by checking a version; None if it was deleted.

    It is read without a lock, since reading takes a while and a lock of SQLite's is everybody's. Where anything
    was saved meanwhile it is read again under the lock.
    """
    at = read_content_version()
    version = Version.objects.select_related("article").filter(pk=pk).first()
    if version is None:
        return None
    read = _as_read(version)
    facts.work_out(version)
    with transaction.atomic():
        row = Version.objects.select_for_update().select_related("article").filter(pk=pk).first()
        if row is None:
            return None
        before = {code: _seen(found) for code, found in row.claims.items()}
        # The words of a draft move no content version.
        if read_content_version() == at and _as_read(row) == read:
            facts.write(version)
            return _changes(version, before)
        facts.refresh(row)
        return _changes(row, before)


def _as_read(version) -> tuple:
    """All of a version that its check depends on."""
    blocks, linked = version.parts()
    words = passages(version, blocks)
    return [(block and (block.show_in, block.region_codes), rows) for block, rows in words], linked


def note_rules() -> None:
    """Keep from when on articles are checked by the rules of today."""
    last = RulesInForce.objects.last()
    if last is None or last.rules != rules.version():
        RulesInForce.objects.create(rules=rules.version())


def _changes(version, before) -> list[ClaimChange]:
    after = {code: _seen(found) for code, found in version.claims.items()}
    changes = ClaimChange.objects.bulk_create(
        ClaimChange(version=version, region_code=code, before=before.get(code, ""), after=seen)
        for code, seen in after.items()
        if before.get(code, "") != seen
    )
    _tell(version, [row for row in changes if row.before and row.after == RED])
    return changes


def _tell(version, red: list[ClaimChange]) -> None:
    """Who wrote what is published, where it turned red without anybody touching it."""
    if not red or not Publication.objects.current().filter(version=version).exists():
        return
    where = ", ".join(row.region_code.upper() for row in red)
    notices.tell(
        "finding",
        version.article,
        str(red[0].pk),
        f"Not allowed any more in {where}: {version.title}",
        f"The claims check finds sentences in “{version.title}” that are not allowed in {where}. Until they are reworded "
        "no product stands beside it there.",
        to=notices.wrote_on(version.article),
        at="#claims",
    )


@one_state()
def stale_versions(words: bool = True, articles: Collection[int] | None = None) -> list[Version]:
    """Of the live, scheduled and drafted versions those that were checked by other rules or with other products.

    Of all articles, or of these (pks).

    With `words` also those whose words are not those that were checked: somebody saved a block, or what a block
    shows, past `save_version`. That reads every block, so the worker asks for it once an hour.
    Those that can't be checked wait as setbacks and are left out meanwhile.
    """
    late = passed_over(RECHECK, timezone.now())
    versions = [version for version in versions_in_use(articles=articles) if str(version.pk) not in late]
    linked = linked_products([version.pk for version in versions])
    current, regions = rules.version(), Region.all_cached()
    found = []
    for start in range(0, len(versions), BATCH):
        some = versions[start : start + BATCH]
        blocks = _blocks_of(some) if words else {}

        def compare(version, blocks=blocks) -> bool:
            parts = passages(version, blocks[version.pk]) if words else []
            for code, region in judged_in(version, regions).items():
                known, products = version.claims.get(code, {}), linked[version.pk][region.code]
                other = (
                    not version.claims_rules
                    or known.get("rules") != current
                    or not was_checked_with(known.get("products"), products)
                )
                if words and not other:
                    read = in_region(parts, region)
                    other = known.get("state") != state_of(read, products, current)
                if other:
                    found.append(version)
                    return True
            return False

        each_alone(some, compare, sweep=f"{RECHECK}: compare", atomic=False)
    return found


def _blocks_of(versions) -> dict[int, list]:
    """By version pk its blocks in their order; a query or two for each class of block, however many versions."""
    found: dict[int, list] = {version.pk: [] for version in versions}
    for kind in BLOCKS:
        blocks = list(kind.objects.filter(parent__in=found))
        kind.load_targets(blocks)
        for block in blocks:
            found[block.parent_id].append(block)
    for blocks in found.values():
        blocks.sort(key=lambda block: block.place)
    show_proposed([(version, found[version.pk]) for version in versions])
    return found


def progress() -> tuple[int, int]:
    """(checked by the rules in force, all) of the live, scheduled and drafted versions.

    That nothing is left to check is remembered for DONE_FOR seconds, since all of them are looked at for it.
    """
    name = f"recheck:done:{rules.version().replace(' ', '-')}"
    if (known := cache.get(name)) is not None:
        return known
    done, total = _progress()
    if done == total:
        cache.set(name, (done, total), DONE_FOR)
    return done, total


def _progress() -> tuple[int, int]:
    pks = Publication.objects.filter(article__binned_at=None).values("version")
    rows = Version.objects.filter(Q(pk__in=pks) | Q(is_draft=True))
    total = rows.count()
    return total - rows.exclude(claims_rules=rules.version()).count(), total


def _seen(found) -> str:
    return found["colour"] + (SIGNED_OFF if found.get("signed_off") else "")


def versions_in_use(article: int | None = None, articles: Collection[int] | None = None) -> list[Version]:
    """The versions that readers see or may see soon, and the drafts; of all articles, of one or of these."""
    pks = Publication.objects.filter(article__binned_at=None).values("version")
    rows = Version.objects.filter(Q(pk__in=pks) | Q(is_draft=True))
    if article is not None:
        rows = rows.filter(article=article)
    if articles is not None:
        rows = rows.filter(article__in=articles)
    rows = rows.select_related("picture", "author", "article").prefetch_related("topics")
    return list(rows.order_by("article_id", "pk"))
