"""Django's `i18n` in every template, with `{% translate "Words" %}` looked up once for each language: a page has a hundred."""

from django import template
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()
register.tags.update(i18n.register.tags)


NOUNS_HAVE_CAPITALS = ("de", "lb")


@register.filter
def in_a_sentence(name) -> str:
    """A name that stands alone elsewhere: without its capital, where the language of the page writes it so."""
    return str(name) if (get_language() or "").startswith(NOUNS_HAVE_CAPITALS) else str(name).lower()


class WordsNode(template.Node):
    """A literal in the language of the page. Literals of templates are HTML already."""

    child_nodelists = ()

    def __init__(self, node: i18n.TranslateNode):
        self.node = node
        self.known: dict[str | None, str] = {}

    def render(self, context):
        language = get_language()
        found = self.known.get(language)
        if found is None:
            found = self.known[language] = self.node.render(context)
        return found


@register.tag("translate")
def translate(parser, token):
    node = i18n.do_translate(parser, token)
    words = node.filter_expression
    is_literal = isinstance(words.var.literal, str) and not words.filters
    return WordsNode(node) if is_literal and not (node.asvar or node.message_context or node.noop) else node
