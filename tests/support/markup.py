"""Pages read as a browser reads them."""

import re


def squeezed(html: str) -> str:
    """One blank for each run of blanks, and none between two tags: how a template is set says nothing then."""
    return re.sub(r"> <", "><", " ".join(html.split()))
