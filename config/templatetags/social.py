import json

from django import template
from django.conf import settings
from django.utils.safestring import mark_safe

from config.discovery.social_cards import SIZE, TAGLINE, social_url
from shop.regions.spelling import spelled
from shop.text.characters import clean_data

register = template.Library()
UNSAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.filter
def json_ld(data: dict) -> str:
    """Structured data as a script element, with the characters that could end it escaped."""
    text = json.dumps(clean_data(data), ensure_ascii=False).translate(UNSAFE)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above


@register.inclusion_tag("components/social.html", takes_context=True)
def social_card(context):
    """Open Graph tags. A page's view may give `social`: kind, key, title, summary, above, picture, form."""
    region = context.get("region") or context["regions"][0]
    social = context.get("social") or {"kind": "site", "key": "home"}
    return {
        "title": social.get("title") or spelled(TAGLINE, region),
        "summary": social.get("summary", ""),
        "type": "article" if social["kind"] == "article" else "website",
        "url": settings.SITE_URL + context["request"].path,
        "picture": settings.SITE_URL + social_url(social, region),
        "size": SIZE,
        "locale": region.locale,
    }
