"""US pages: the asterisk on each structure/function statement, and the sentence of the FDA once (21 CFR 101.93).

A statement may stand in a product's summary or description, in an article or in a letter's list; the summary alone is on
cards, lists, searches and in what machines read. So the page as drawn is read, and no template can forget it.
"""

import re

from shop.claims.statements import on_its_own

NOTE = '<p class="wide"><strong>*{}</strong></p>\n'
MAIN = '<main id="main"'
FOR_MACHINES = re.compile(
    r'(?P<before><meta [^>]*content="|"description": ?")(?P<text>(?:[^"\\]|\\.)*)(?=")'  # search engines, cards, JSON-LD
)


class StatementsMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        region = getattr(request, "region", None)
        if region is None or not region.legal.disclaimer or response.streaming:
            return response
        if response.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode(response.charset)
            marked = marked_page(page, region)
            if marked != page:
                response.content = marked
        return response


def marked_page(page: str, region) -> str:
    """The HTML with marks, and with the sentence at the end of its main part unless it stands there already."""
    page = FOR_MACHINES.sub(lambda match: match["before"] + on_its_own(match["text"], region), page)
    head, begin, rest = page.partition(MAIN)
    main, end, foot = rest.rpartition("</main>")
    if not begin or not end:
        return page
    return f"{head}{begin}{on_its_own(main, region, NOTE)}{end}{foot}"
