"""The articles of one region as an Atom feed, in full and without product cards."""

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Topic
from articles.reading.page import read
from articles.reading.published import newest_versions
from shop.claims.statements import on_its_own
from shop.content.scopes import article as scope_of_article
from shop.content.scopes import shows
from shop.text.characters import clean_data, clean_html
from shop.web.templatetags.words import in_a_sentence

MAX_ITEMS = 20


class CleanAtomFeed(Atom1Feed):
    """Leaves out what XML can't carry, in whichever text it stands; the writer would end with an error."""

    def __init__(self, *args, **kwargs):
        super().__init__(*clean_data(args), **clean_data(kwargs))

    def add_item(self, *args, **kwargs):
        super().add_item(*clean_data(args), **clean_data(kwargs))


class ArticleFeed(Feed):
    """Absolute addresses throughout: a reader shows the text far from this site."""

    feed_type = CleanAtomFeed
    subtitle = gettext_lazy("What is known about magnesium, with sources.")

    def get_object(self, request):
        """(region, topic); `?topic=` gives the articles of one topic. Raises Http404 for one without articles."""
        slug = request.GET.get("topic", "")
        topic = get_object_or_404(Topic, slug=slug) if slug else None
        return request.region, topic

    def title(self, chosen):
        region, topic = chosen
        if topic:
            words, topic_words = (
                _("{shop} articles on {topic} ({region})"),
                in_a_sentence(topic.translated.name),
            )
            return words.format(shop=settings.BRAND, topic=topic_words, region=region.short_name)
        return _("{shop} articles ({region})").format(shop=settings.BRAND, region=region.short_name)

    @staticmethod
    def _address(name, chosen):
        region, topic = chosen
        query = f"?topic={topic.slug}" if topic else ""
        return settings.SITE_URL + reverse(name, kwargs={"region": region.code}) + query

    def link(self, chosen):
        return self._address("articles:list", chosen)

    def feed_url(self, chosen):
        return self._address("articles:feed", chosen)

    def feed_guid(self, chosen):
        """By number: a topic may get another address."""
        region, topic = chosen
        return self._address("articles:list", (region, None)) + (f"#topic-{topic.pk}" if topic else "")

    def items(self, chosen):
        region, topic = chosen
        return [(row, region) for row in newest_versions(region, MAX_ITEMS, topic)]

    def item_title(self, item):
        return item[0].version.title

    def item_link(self, item):
        return settings.SITE_URL + item[0].url

    def item_guid(self, item):
        """The same for ever, whatever address or words the article gets, so that no reader takes it for a new one."""
        row, region = item
        return row.article.uid_in(region).urn

    def item_author_name(self, item):
        return item[0].version.author.translated.name

    def item_pubdate(self, item):
        return item[0].first_at

    def item_updateddate(self, item):
        return item[0].since

    def item_categories(self, item):
        return [topic.translated.name for topic in item[0].version.topics.all()]

    def item_description(self, item):
        """Without what an article leads to: products and other articles, with queries for each."""
        row, region = item
        shows(scope_of_article(region.code, row.article.pk))
        page = read(row.article, row.version, region, leads_on=False)
        context = {"page": page, "version": row.version, "region": region}
        text = clean_html(render_to_string("articles/feed_item.html", context))
        text = on_its_own(text, region, "<p><strong>*{}</strong></p>")
        address = self.item_link(item)
        return text.replace('href="#', f'href="{address}#').replace('href="/', f'href="{settings.SITE_URL}/')
