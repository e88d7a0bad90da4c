"""Articles as readers open them."""

from articles.models import (
    Article,
    Author,
    Publication,
    Version,
    VersionTag,
)
from shop.regions.models import Region

GUIDE = "citrate-glycinate-oxide-label-guide"


def page(client, slug, code="uk"):
    return client.get(f"/{code}/articles/{slug}/").content.decode()


def version_of(slug):
    return Version.objects.get(article__slug=slug)


def an_article(slug="a", tags=(), title="A plain title", **publication):
    version = Version.objects.create(
        article=Article.objects.create(slug=slug), title=title, summary="s", author=Author.objects.get()
    )
    for tag in tags:
        VersionTag.objects.create(version=version, tag=tag)
    for where in Region.objects.all():
        Publication.objects.create(version=version, region=where, **publication)
    return version
