"""What readers read of articles and of what articles share: it counts for the colour of every article that shows it."""

from shop.content.texts import ARTICLE, Text

TABLE = "table of studies"
SOURCES = "list of sources"
CLAIM_TEXTS = {
    "Article": {"slug": Text(ARTICLE, "in its address")},
    "Version": {
        "title": Text(ARTICLE, "the article, cards, lists, search, feeds"),
        "summary": Text(ARTICLE, "the article, cards, lists, search, feeds"),
        "medical_reviewer": Text(ARTICLE, "head of the article"),
        "changed_since_review": Text(ARTICLE, "head of the article"),
    },
    "RichText": {"body": Text(ARTICLE, "the article, feeds")},
    "Figure": {"caption": Text(ARTICLE, "the article, feeds")},
    "Callout": {"heading": Text(ARTICLE, "the article, feeds"), "body": Text(ARTICLE, "the article, feeds")},
    "Faq": {
        "question": Text(ARTICLE, "the article, structured data"),
        "answer": Text(ARTICLE, "the article, structured data"),
    },
    "EvidenceTable": {"heading": Text(ARTICLE, TABLE)},
    "FormTable": {"heading": Text(ARTICLE, "table of forms")},
    "MagnesiumForm": {
        "name": Text(ARTICLE, "table of forms"),
        "formula": Text(ARTICLE, "table of forms"),
        "raw_material": Text(ARTICLE, "table of forms"),
        "known": Text(ARTICLE, "table of forms"),
    },
    "Reference": {
        "authors": Text(ARTICLE, f"{SOURCES}, {TABLE}"),
        "title": Text(ARTICLE, SOURCES),
        "journal": Text(ARTICLE, SOURCES),
        "kind": Text(ARTICLE, f"{SOURCES}, {TABLE}"),
        "outcome": Text(ARTICLE, TABLE),
        "direction_note": Text(ARTICLE, TABLE),
        "funder": Text(ARTICLE, TABLE),
    },
    "Author": {
        "name": Text(ARTICLE, "head of the article, page of the author"),
        "slug": Text(ARTICLE, "address of the author's page"),
        "about": Text(ARTICLE, "head of the article, page of the author"),
    },
    "Topic": {
        "name": Text(ARTICLE, "list of articles, its filter"),
        "slug": Text(ARTICLE, "address of the list of articles on it"),
    },
}
