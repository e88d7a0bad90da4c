"""The articles of one region as an Atom feed, in full and without product cards."""

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from articles.live import newest_versions
from articles.views import article_page

MOST = 20


class ArticleFeed(Feed):
    """Absolute addresses throughout: a reader shows the text far from this site."""

    feed_type = Atom1Feed
    subtitle = "What is known about magnesium, with sources."

    def get_object(self, request):
        return request.region

    def title(self, region):
        return f"Fellbrook articles ({region.short_name})"

    def link(self, region):
        return settings.SITE_URL + reverse("articles:list", kwargs={"region": region.code})

    def feed_url(self, region):
        return settings.SITE_URL + reverse("articles:feed", kwargs={"region": region.code})

    def feed_guid(self, region):
        return self.link(region)

    def items(self, region):
        return [(version, region) for version in newest_versions(region)[:MOST]]

    def item_title(self, item):
        return item[0].title

    def item_link(self, item):
        return settings.SITE_URL + item[0].url

    def item_guid(self, item):
        return self.item_link(item)

    def item_author_name(self, item):
        return item[0].author.name

    def item_pubdate(self, item):
        return item[0].live_since

    def item_updateddate(self, item):
        return item[0].live_since

    def item_categories(self, item):
        return [topic.name for topic in item[0].topics.all()]

    def item_description(self, item):
        version, region = item
        page = article_page(version.article.slug, region)
        text = render_to_string("articles/feed_item.html", page)
        address = self.item_link(item)
        return text.replace('href="#', f'href="{address}#').replace('href="/', f'href="{settings.SITE_URL}/')
