"""The language of a region's pages, mails and papers, as gettext and Django's own formats know it."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation


def tag_of(region) -> str:
    """“de”; the British English that all words are written in, for whatever English, and where there is no region."""
    language = region.language if region else "en"
    return settings.LANGUAGE_CODE if language == "en" else language


def speaking(region) -> AbstractContextManager:
    """What is drawn inside is in the region's language: mails, papers, and what leaves outside a request for its page."""
    return translation.override(tag_of(region))
