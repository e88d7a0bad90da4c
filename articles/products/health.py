"""Whether the links between articles and products still bring readers something: found by query, ranked by what is lost."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q, Sum, prefetch_related_objects
from django.utils import timezone

from articles.evidence.claims import linked_by_version
from articles.models import LinkTrouble, Publication, TroubleState
from articles.reading.published import current_publications, published_versions
from articles.reading.shown_products import MAX_CARDS
from shop.attribution.models import ArticleDay
from shop.catalogue.models import Product, ShelfRow
from shop.regions.models import Region
from shop.sweeps.alone import each_alone

S = TroubleState
_OWN = [field.name for field in LinkTrouble._meta.fields]
RATE_DAYS = 90
MANY_NAMED = 5000  # products; beyond that it is quicker to read what all are than to ask for them
FIRST_TAGGED = 50  # products of a tag that are asked about before all are: an article shows a few
FEW = 300  # articles that somebody who looks reads anew
MOST = 500  # troubles that are weighed against each other


def troubles_in(region, articles=None) -> tuple[set[tuple[int, int | None, TroubleState]], set[int]]:
    """((article pk, product pk or None, state) of published articles in a region; pks of articles that can't be read).

    Of all articles, or of these. Seven queries, however many.
    """
    versions, troubles_of = _reader(region, articles)
    found, read = set(), set()

    def read_one(version) -> bool:
        found.update(troubles_of(version))
        read.add(version.article_id)
        return True

    each_alone(versions, read_one, sweep=f"look_at_links {region.code}", atomic=False)
    return found, {version.article_id for version in versions} - read


def _reader(region, articles: Collection[int] | None = None):
    """(the versions published in a region, of these articles if given, a function from one of them to its troubles)."""
    versions = [row.version for row in published_versions(region, articles=articles)]
    linked = linked_by_version([version.pk for version in versions])
    asked = [_asked_about(by_hand, in_text, region) for by_hand, in_text in linked.values()]
    named = set().union(*(chosen | set(tagged[:FIRST_TAGGED]) for chosen, tagged in asked))
    sold_out, visible = _on_sale(named, region)
    short = [
        set(tagged)
        for chosen, tagged in asked
        if len(tagged) > FIRST_TAGGED
        and sum(pk in sold_out for pk in tagged[:FIRST_TAGGED]) < MAX_CARDS - len(chosen)
    ]
    if short:
        named |= set().union(*short)
        sold_out, visible = _on_sale(named, region)
    withdrawn = named - visible
    return versions, lambda version: _troubles_of(version, region, linked[version.pk], sold_out, withdrawn)


def _asked_about(by_hand, in_text, region) -> tuple[set[int], list[int]]:
    """What an article's cards are chosen from: products by hand and in its text; those by tag, the nearest first."""
    here = by_hand.in_region(region)
    chosen = (set(here.pins) | in_text(region)) - here.excluded
    tagged = (pk for pk in here.shared if pk not in here.excluded and pk not in chosen)
    return chosen, sorted(tagged, key=lambda pk: (-here.shared[pk], -pk))


def _on_sale(named: set[int], region) -> tuple[dict[int, bool], set[int]]:
    """Of these products (whether it is sold out, by pk of each that is on sale; the pks of those that are not withdrawn)."""
    rows = ShelfRow.objects.held_at(region).filter(is_card=True)
    visible = Product.objects.visible()
    if len(named) <= MANY_NAMED:
        rows, visible = rows.filter(product__in=named), visible.filter(pk__in=named)
    return dict(rows.values_list("product_id", "sold_out")), set(visible.values_list("pk", flat=True))


def _troubles_of(version, region, linked, sold_out, withdrawn) -> set[tuple[int, int | None, TroubleState]]:
    """`sold_out`: whether it is, by pk of each product that is on sale."""
    by_hand, in_text = linked
    here = by_hand.in_region(region)
    every = here.products(in_text(region))
    if not every:
        return {(version.article_id, None, S.NONE)}
    if not version.shows_products_in(region):
        return {(version.article_id, None, S.HELD_BACK)}
    chosen, tagged = _asked_about(by_hand, in_text, region)
    found: set[tuple[int, int | None, TroubleState]] = set()
    if len(chosen) > MAX_CARDS:
        found.add((version.article_id, None, S.MANY))
    by_tag = [pk for pk in tagged if pk in sold_out][: max(MAX_CARDS - len(chosen), 0)]
    for pk in [*chosen, *by_tag]:
        if pk in withdrawn:
            found.add((version.article_id, pk, S.WITHDRAWN))
        elif pk not in sold_out:
            found.add((version.article_id, pk, S.NOT_SOLD))
        elif sold_out[pk]:
            found.add((version.article_id, pk, S.SOLD_OUT))
    return found


def look_at_links(at=None, articles=None) -> int:
    """Open a row for each new trouble and end those that are over; how many changed. Safe to repeat.

    Of all articles, or of these.
    """
    now, changed = at or timezone.now(), 0

    def look(region) -> bool:
        nonlocal changed
        changed += _look_at_links_in(region, now, articles)
        return True

    each_alone(Region.all_open(), look, sweep="look_at_links")
    return changed


def _look_at_links_in(region, now, articles) -> int:
    current, unread = troubles_in(region, articles)
    known = LinkTrouble.objects.select_for_update().filter(region=region, ended_at=None)
    if articles is not None:
        known = known.filter(article__in=articles)
    open_rows = {(row.article_id, row.product_id, row.state): row.pk for row in known}
    over = [pk for key, pk in open_rows.items() if key not in current and key[0] not in unread]
    ended = LinkTrouble.objects.filter(pk__in=over).update(ended_at=now)
    new = current - set(open_rows)
    LinkTrouble.objects.bulk_create(
        [
            LinkTrouble(article_id=article, region=region, product_id=product, state=state, since=now)
            for article, product, state in sorted(new, key=str)
        ],
        ignore_conflicts=True,
    )
    return ended + len(new)


@dataclass
class Loss:
    """A trouble with what it costs: readers since it began, and what they would have brought at the usual rate."""

    row: LinkTrouble
    title: str
    days: int
    views: int
    money: int

    @property
    def money_text(self) -> str:
        return self.row.region.money(self.money)


def known_troubles():
    return LinkTrouble.objects.filter(ended_at=None)


def with_names(rows, most: int | None = None) -> list[LinkTrouble]:
    """Of known troubles the oldest so many with article, region and product, of which no more is loaded than is shown."""
    named = rows.select_related("article", "product").order_by("since", "pk")
    found = list(named.only(*_OWN, "article__slug", "product__name")[:most])
    regions = {region.pk: region for region in Region.all_cached()}
    for row in found:
        if row.region_id in regions:
            row.region = regions[row.region_id]
    return found


def has_many_articles() -> bool:
    """Whether there are more than somebody who looks reads anew."""
    return Publication.objects.order_by().values("article").distinct()[: FEW + 1].count() > FEW


def still_so(rows: list[LinkTrouble]) -> list[LinkTrouble]:
    """Of known troubles those that are not over by now; of an article that can't be read, all. Nothing is written."""
    found: set[int] = set()
    for region in Region.all_open():
        here = [row for row in rows if row.region_id == region.pk]
        if not here:
            continue
        versions, troubles_of = _reader(region, {row.article_id for row in here})
        current, unread = set(), set()
        for version in versions:
            try:
                current |= troubles_of(version)
            except Exception:
                unread.add(version.article_id)
        found |= {
            row.pk
            for row in here
            if row.article_id in unread or (row.article_id, row.product_id, S(row.state)) in current
        }
    return [row for row in rows if row.pk in found]


def troubles_now(at=None) -> list[LinkTrouble]:
    """The troubles of this moment: the rows of those known, and unsaved ones for those that no sweep has kept yet.

    Of an article that can't be read, those known before. Nothing is written. All articles are read.
    """
    now, found = at or timezone.now(), []
    known = with_names(known_troubles())
    rows = {(row.region_id, row.article_id, row.product_id, row.state): row for row in known}
    for region in Region.all_open():
        versions, troubles_of = _reader(region)
        for version in versions:
            try:
                current = sorted(troubles_of(version), key=str)
            except Exception:
                pk = (region.pk, version.article_id)
                found += [row for row in known if (row.region_id, row.article_id) == pk]
                continue
            for article, product, state in current:
                stored = rows.get((region.pk, article, product, state))
                new = LinkTrouble(
                    article_id=article, region=region, product_id=product, state=state, since=now
                )
                found.append(stored or new)
    prefetch_related_objects(found, "article", "product")
    return found


def losses(at=None, rows=None) -> list[Loss]:
    """Open troubles (MOST of them, the oldest first), or these, the dearest first. A handful of queries, however many.

    The rate is what an article earned a view in the ninety days before, from that product if one is named; where it
    earned nothing yet, what all articles of the region did.
    """
    now = at or timezone.now()
    if rows is None:
        rows = with_names(known_troubles(), MOST)
    articles = {row.article_id for row in rows}
    titles: dict[int, str] = {}
    for region in Region.all_open():
        published = current_publications(region).select_related(None).order_by()
        titles |= dict(published.filter(article__in=articles).values_list("article", "version__title"))
    begin = (now - timedelta(days=RATE_DAYS)).date()
    earned = F("net") + F("assisted_net")
    days = ArticleDay.objects.filter(day__gte=begin, article__gt=0).order_by()
    in_region = {
        row["region"]: (row["money"] or 0, row["n"] or 0)
        for row in days.values("region").annotate(
            money=Sum(earned, filter=Q(product__isnull=False)), n=Sum("views", filter=Q(product=None))
        )
    }
    days = days.filter(article__in=articles)
    by_product = {
        (row["article"], row["region"], row["product"]): row["money"]
        for row in days.exclude(product=None)
        .values("article", "region", "product")
        .annotate(money=Sum(earned))
    }
    by_article: dict[tuple, int] = {}
    for (article, region, _), money in by_product.items():
        by_article[article, region] = by_article.get((article, region), 0) + money
    views = {
        (row["article"], row["region"]): row["n"]
        for row in days.filter(product=None).values("article", "region").annotate(n=Sum("views"))
    }
    lost = _views_since(rows)
    found = []
    for row, count in zip(rows, lost, strict=True):
        key = (row.article_id, row.region_id)
        own = by_product.get((*key, row.product_id), 0) if row.product_id else by_article.get(key, 0)
        rate = (own, views.get(key, 0))
        if not own or not rate[1]:
            rate = in_region.get(row.region_id, (0, 0))
        money = count * rate[0] // rate[1] if rate[1] else 0
        found.append(
            Loss(row, titles.get(row.article_id, row.article.slug), (now - row.since).days, count, money)
        )
    return sorted(found, key=lambda loss: (-loss.money, -loss.views, -loss.days, loss.title, str(loss.row)))


def _views_since(rows) -> list[int]:
    """Views of each trouble's article and region since the day it began, in one query."""
    if not rows:
        return []
    first = min(row.since for row in rows).date() - timedelta(days=1)
    by_day: dict[tuple, list] = {}
    for article, region, day, count in ArticleDay.objects.filter(
        day__gte=first, product=None, article__in={row.article_id for row in rows}
    ).values_list("article", "region", "day", "views"):
        by_day.setdefault((article, region), []).append((day, count))
    return [
        sum(
            count
            for day, count in by_day.get((row.article_id, row.region_id), ())
            if day >= row.since.astimezone(row.region.zone).date()
        )
        for row in rows
    ]
