"""The admin of articles; importing it registers all of it."""

from articles.admin import article_page, claim_log, editor, library, proposals, sources  # noqa: F401
