"""Articles as the tests of the library use them."""

from tests.conftest import a_shopper

LABELS = "citrate-glycinate-oxide-label-guide"


LEGS = "magnesium-and-restless-legs-guide"


def reads(slug=LABELS, code="uk"):
    return a_shopper().get(f"/{code}/articles/{slug}/").content.decode()
