from django.conf import settings
from django.utils.functional import SimpleLazyObject

from shop.basket.models import quantity_in
from shop.basket.session import KEY


def basket(request):
    """`basket_quantity` for the header: what can be bought here. Asked for only where a page shows it; visitors without
    a session cost no query."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES and not getattr(request, "session", None):
        return {"basket_quantity": 0}
    pk, region = request.session.get(KEY), getattr(request, "region", None)
    return {"basket_quantity": SimpleLazyObject(lambda: quantity_in(pk, region)) if pk and region else 0}
