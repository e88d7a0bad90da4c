"""In which regions an article's words are judged."""

from collections.abc import Collection

from articles.models import Version
from articles.models.article import FIRST_LANGUAGE
from shop.regions.models import Region


def reading(version: Version, regions: Collection[Region] | None = None) -> list[Region]:
    """The regions in whose language it is: elsewhere nobody reads it as its own. Of these, or of all."""
    language = version.article.language if version.article_id else FIRST_LANGUAGE
    regions = Region.all_cached() if regions is None else regions
    return [region for region in regions if region.language == language]


def judged_in(version: Version, regions: Collection[Region]) -> dict[str, Region]:
    """By the code of each of these regions where it may be read, the region that it is judged as.

    Where it stands in for a translation that is the market: the same law, the same products. For other regions nothing
    is found, and nothing kept.
    """
    own = {region.pk: region for region in reading(version, regions)}
    found = {region.code: own.get(region.pk) or own.get(region.market_id) for region in regions}
    return {code: region for code, region in found.items() if region is not None}
