"""Which basket is this visitor's? The session holds its pk; nobody can name another's.

The forms of the basket and the checkout carry a ticket as well, the pk signed, so that a session which ended while the
page was open takes no basket with it.
"""

from django.conf import settings
from django.core import signing

from shop.basket.models import Basket
from shop.catalogue.references import basket_reference
from shop.web.answers import kept_for
from shop.web.visitor import visit_of

KEY = "basket"
CODE = "code"  # of a link, for the basket that is not there yet
ORDERED = "ordered"  # something was ordered from it, which may hold packs
TICKET = "ticket"
CHECKOUT = "checkout"  # what was typed there, among the answers kept in the session
SALT = "basket-ticket"
TICKET_LASTS = 30 * 24 * 3600


class VisitorMiddleware:
    """Lets offers know whose request it is, so that a visitor's own order never takes packs from them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        def name() -> str:
            if settings.SESSION_COOKIE_NAME not in request.COOKIES and not request.session.accessed:
                return ""  # a page for everybody stays one
            pk = request.session.get(KEY) if request.session.get(ORDERED) else None
            return basket_reference(pk)

        with visit_of(name):
            return self.get_response(request)


def basket_of(request) -> Basket | None:
    """The visitor's basket. For a form that was sent with a ticket and no session, the one that the ticket names."""
    pk = request.session.get(KEY)
    found = Basket.objects.filter(pk=pk).first() if pk else None
    if found is None and request.method == "POST" and request.POST.get(TICKET):
        found = _by_ticket(request.POST[TICKET])
        if found is not None:
            request.session[KEY] = found.pk
            note_order(request)
    return found


def visit_ended(request) -> bool:
    """Whether the browser names a session that is no more, so that what was in its basket can't be found."""
    named = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return bool(named) and request.session.is_empty() and request.session.session_key is None


def going_to(request) -> str:
    """The ISO code of the country where it will go, as far as that is known: the only one of the region, or as typed before."""
    codes = request.region.country_codes
    typed = kept_for(request, CHECKOUT).get("typed", {}).get("country", "")
    return codes[0] if len(codes) == 1 else typed if typed in codes else ""


def note_order(request) -> None:
    """From now on pages ask for packs that the visitor's own order holds; for others that would be a query in vain."""
    request.session[ORDERED] = True


def basket_for_change(request) -> Basket:
    """The visitor's basket, made now if there is none."""
    basket = basket_of(request)
    if basket is None:
        basket = Basket.objects.create(code=str(request.session.pop(CODE, ""))[:30])
        request.session[KEY] = basket.pk
    return basket


def ticket_of(basket: Basket) -> str:
    """For a form on a page that is the visitor's own and never kept by a cache."""
    return signing.dumps([basket.pk, str(basket.key)], salt=SALT)


def _by_ticket(ticket: str) -> Basket | None:
    """None as well once the basket's order was paid: its key is another then."""
    try:
        pk, key = signing.loads(ticket[:300], salt=SALT, max_age=TICKET_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Basket.objects.filter(pk=pk, key=key).first()
