"""Count what articles and campaigns do, in totals by day. Nothing written here names a visitor or an order.

Page views are many, so a web process keeps them in memory for a second and writes them in one go; a process that is
killed loses that second. Everything about money is written in the transaction that it belongs to.
"""

import atexit
import logging
import re
import threading
from collections import Counter

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from shop.attribution.models import ArticleDay, CampaignDay, Tally
from shop.attribution.origins import Origin, allocate, spread
from shop.attribution.packs import fold_packs
from shop.regions.models import Region
from shop.sweeps.alone import each_alone, not_set_back

log = logging.getLogger(__name__)
BATCH = 2000
SWEEP = "fold"
ROBOTS = re.compile(r"bot\b|crawl|spider|slurp|preview|lighthouse", re.IGNORECASE)

# --- views and clicks, kept for a moment ---------------------------------------------------------------------

_hits: Counter = Counter()
_lock = threading.Lock()
_timer: threading.Timer | None = None


def is_reader(request) -> bool:
    """Whether a person asks for a page to look at: no robot, no fetching ahead, nobody of the staff."""
    headers = request.headers
    ahead = "prefetch" in headers.get("Sec-Purpose", "") or headers.get("Purpose") == "prefetch"
    user = getattr(request, "_cached_user", None)
    return (
        request.method == "GET"
        and not ahead
        and not ROBOTS.search(headers.get("User-Agent", ""))
        and not getattr(user, "is_staff", False)
    )


def count_view(region: Region, article: int) -> None:
    _hit(region, article, None, "", "views")


def count_click(region: Region, article: int, product: int) -> None:
    """A card of the article led to the product's page."""
    _hit(region, article, product, "", "clicks")


def count_campaign_view(region: Region, campaign: str) -> None:
    _hit(region, None, None, campaign, "views")


def _hit(region, article, product, campaign, what) -> None:
    global _timer
    key = (local_day(region), region.pk, product, article, campaign, what)
    with _lock:
        _hits[key] += 1
        if _timer is None and settings.TALLY_SECONDS:
            _timer = threading.Timer(settings.TALLY_SECONDS, _flush_and_close)
            _timer.daemon = True
            _timer.start()


def flush() -> int:
    """Write what this process has counted; how many rows."""
    global _timer
    with _lock:
        hits = dict(_hits)
        _hits.clear()
        _timer = None
    if not hits:
        return 0
    try:
        Tally.objects.bulk_create(
            Tally(
                day=day,
                region_id=region,
                product_id=product,
                article=article,
                campaign=campaign,
                what=what,
                amount=n,
            )
            for (day, region, product, article, campaign, what), n in hits.items()
        )
    except Exception:
        with _lock:
            _hits.update(hits)
        raise
    return len(hits)


def _flush_and_close() -> None:
    """In a thread of its own, so that no page waits for it."""
    try:
        flush()
    except Exception as error:
        log.warning("Page views could not be written (%s); they are kept for the next try.", error)
    finally:
        connection.close()


@atexit.register
def _flush_at_exit() -> None:
    if _hits and settings.configured and settings.TALLY_SECONDS:
        _flush_and_close()


def local_day(region: Region, at=None):
    return (at or timezone.now()).astimezone(region.zone).date()


# --- adds, sales, refunds: in the caller's transaction ----------------------------------------------------------


def count_add(region: Region, product: int, origin: Origin) -> None:
    """Count one add-to-basket, regardless of quantity."""
    if origin.article:
        _tally(
            region,
            local_day(region),
            product,
            {"assisted_adds" if origin.assisted else "adds": 1},
            article=origin.article,
        )
    if origin.campaign:
        _tally(region, local_day(region), product, {"adds": 1}, campaign=origin.campaign)


def count_sale(region: Region, at, lines) -> None:
    """An order was paid at `at`. `lines`: (product pk, packs, net in minor units, stored origins) of each line.

    Every pack counts for exactly one article, or for none (0), so the articles' sums are the shop's.
    """
    day = local_day(region, at)
    articles: set[tuple[int, bool]] = set()
    campaigns: set[str] = set()
    for product, packs, net, rows in lines:
        parts = allocate(rows, packs)
        for (origin, part), money in zip(parts, spread(net, [part for _, part in parts]), strict=True):
            prefix = "assisted_" if origin.assisted else ""
            _tally(
                region,
                day,
                product,
                {f"{prefix}units": part, f"{prefix}net": money},
                article=origin.article,
            )
            articles.add((origin.article, origin.assisted))
            if origin.campaign:
                _tally(region, day, product, {"units": part, "net": money}, campaign=origin.campaign)
                campaigns.add(origin.campaign)
    for article, assisted in sorted(articles):
        _tally(region, day, None, {"assisted_orders" if assisted else "orders": 1}, article=article)
    for campaign in sorted(campaigns):
        _tally(region, day, None, {"orders": 1}, campaign=campaign)


def count_refund(region: Region, sold_at, shares) -> None:
    """Money went back for an order that was paid at `sold_at`. `shares`: (product pk, net in minor units).

    It is spread over the articles that sold this product in this region on that day, by their share of it: so no
    refund needs to know its article. A negative amount takes a refund back that failed later.
    """
    fold()
    day = local_day(region, sold_at)
    for product, net in shares:
        rows = ArticleDay.objects.filter(day=day, region=region, product=product).order_by("article")
        sold = list(rows.values_list("article", "net", "assisted_net"))
        keys = [(article, False) for article, *_ in sold] + [(article, True) for article, *_ in sold]
        weights = [net_ for _, net_, _ in sold] + [assisted for *_, assisted in sold]
        if not sum(weights):
            keys, weights = [(0, False)], [1]
        for (article, assisted), money in zip(keys, spread(net, weights), strict=True):
            _tally(
                region,
                day,
                product,
                {"assisted_refunded" if assisted else "refunded": money},
                article=article,
            )
        campaigns = CampaignDay.objects.filter(day=day, region=region, product=product).order_by("campaign")
        weights_of = {row.campaign: row.net for row in campaigns}
        rest = max(sum(weights) - sum(weights_of.values()), 0)
        parts = spread(net, [*weights_of.values(), rest]) if sum(weights_of.values()) else []
        for campaign, money in zip(weights_of, parts, strict=False):
            _tally(region, day, product, {"refunded": money}, campaign=campaign)


def _tally(region, day, product, amounts: dict[str, int], *, article=None, campaign="") -> None:
    Tally.objects.bulk_create(
        Tally(
            day=day,
            region=region,
            product_id=product,
            article=article,
            campaign=campaign,
            what=what,
            amount=amount,
        )
        for what, amount in amounts.items()
        if amount
    )


# --- adding up --------------------------------------------------------------------------------------------------


def fold() -> int:
    """Add waiting tallies to the totals of their days; how many. Safe to run twice, at once, and to break off.

    Two thousand go at a time. Where that fails, each of them is added alone, and the one that can't be waits.
    """
    done = 0
    while True:
        try:
            count = _fold_some(not_set_back(Tally.objects.order_by("pk"), SWEEP, timezone.now()))
        except Exception as error:
            log.warning("Waiting counts can't be added together (%s); each is added alone.", error)
            return done + each_alone(
                Tally.objects.order_by("pk"),
                lambda row: _fold_some(Tally.objects.filter(pk=row.pk)),
                sweep=SWEEP,
                most=BATCH,
            )
        done += count
        if count < BATCH:
            return done


def fold_all() -> int:
    """The worker's part: as `fold`, and the sales of packs as well. Reports of those are right without it."""
    try:
        fold_packs()
    except Exception:
        log.exception("What was sold of packs can't be brought together now.")
    return fold()


@transaction.atomic
def _fold_some(rows) -> int:
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    rows = list(rows[:BATCH])
    sums: dict[tuple, Counter] = {}
    for row in rows:
        key = (row.day, row.region_id, row.article, row.campaign, row.product_id)
        sums.setdefault(key, Counter())[row.what] += row.amount
    for key in sorted(sums, key=lambda key: tuple((part is None, part or 0) if not isinstance(part, str) else (False, part) for part in key)):  # fmt: skip
        _add(key, sums[key])
    Tally.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _add(key, amounts) -> None:
    day, region, article, campaign, product = key
    model = ArticleDay if article is not None else CampaignDay
    whose = {"article": article} if article is not None else {"campaign": campaign}
    found = model.objects.filter(day=day, region=region, product=product, **whose)
    more = {what: F(what) + amount for what, amount in amounts.items()}
    if found.update(**more):
        return
    try:
        with transaction.atomic():
            model.objects.create(day=day, region_id=region, product_id=product, **whose, **amounts)
    except IntegrityError:  # another process was quicker
        found.update(**more)
