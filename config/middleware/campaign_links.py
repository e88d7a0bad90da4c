"""If a page was reached with utm_* parameters, add them to its links and add-to-basket forms.

So the campaign is known without a cookie or a session. Only pages that anybody may see are changed.
"""

import re
from urllib.parse import urlencode

from django.utils.html import escape

from shop.regions.models import Region
from shop.web.public import CAMPAIGN_KEYS


def with_campaign(html: str, given) -> str:
    """A page's HTML with the campaign of the query `given` in each link to a page of a region and each add form."""
    pairs = [(key, given[key][:60]) for key in CAMPAIGN_KEYS if given.get(key)]
    codes = "|".join(re.escape(region.code) for region in Region.all_open())
    query = escape(urlencode(pairs))
    link = re.compile(rf'(<a\b[^>]*?\shref=")(/(?:{codes})/[^"?#]*)(\?[^"#]*)?(#[^"]*)?"')
    fields = "".join(f'<input type="hidden" name="{key}" value="{escape(value)}">' for key, value in pairs)

    def with_query(found) -> str:
        start, path, own, anchor = found.groups()
        if own and "utm_" in own:
            return found[0]
        return f'{start}{path}{own + "&amp;" if own else "?"}{query}{anchor or ""}"'

    html = link.sub(with_query, html)
    return re.sub(r'(<form class="add-form"[^>]*>)', lambda found: found[1] + fields, html)
