"""Whether what lists show of an article claims something, by what the claims check found in it."""

from shop.claims.rules import RED
from shop.regions.models import LinkPolicy

# Places of findings, as `articles.evidence.claims.passages` names them.
HEAD = {"Title", "Summary", "Picture"}


def head_claims(claims: dict, region) -> bool:
    """`Version.head_claims_in`, of what was found in a version in the region."""
    if region.link_policy == LinkPolicy.OPEN or claims.get("signed_off"):
        return False
    return any(row["severity"] == RED and row["place"] in HEAD for row in claims.get("findings", ()))
