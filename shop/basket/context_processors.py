from django.conf import settings

from shop.basket.models import quantity_in
from shop.basket.session import KEY


def basket(request):
    """`basket_quantity` for the header; visitors without a session cost no query."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES and not getattr(request, "session", None):
        return {"basket_quantity": 0}
    pk = request.session.get(KEY)
    return {"basket_quantity": quantity_in(pk) if pk else 0}
