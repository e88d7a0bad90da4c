"""What readers of each region get of an article now, and what comes next."""

from dataclasses import dataclass

from django.utils import timezone

from articles.models import Article, Publication
from shop.regions.models import Region


@dataclass(frozen=True)
class RegionState:
    """What readers of a region get now, and what comes next."""

    region: Region
    current: Publication | None
    scheduled: Publication | None

    @property
    def words(self) -> str:
        if self.current is None:
            return "not live"
        until = self.local(self.current.ends_at)
        return f"live since {self.local(self.current.starts_at)}" + (f", until {until}" if until else "")

    @property
    def next_words(self) -> str:
        return f"from {self.local(self.scheduled.starts_at)}" if self.scheduled else ""

    def local(self, moment) -> str:
        return f"{moment.astimezone(self.region.zone):%-d %b %Y, %H:%M}" if moment else ""


def regions_of(article: Article) -> list[Region]:
    """The open regions where it can be published: those in its language."""
    return [region for region in Region.all_open() if region.language == article.language]


def region_states(article: Article, at=None) -> list[RegionState]:
    """One per open region in its language, from the article's `publications` (prefetch them, with their versions)."""
    now = at or timezone.now()
    rows = sorted(article.publications.all(), key=lambda row: (row.starts_at, row.pk))
    states = []
    for region in regions_of(article):
        own = [row for row in rows if row.region_id == region.pk]
        begun = [row for row in own if row.starts_at <= now]
        coming = [row for row in own if row.starts_at > now]
        last = begun[-1] if begun else None
        current = last if last and (last.ends_at is None or last.ends_at > now) else None
        states.append(RegionState(region, current, coming[0] if coming else None))
    return states
