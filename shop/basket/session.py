"""Which basket is this visitor's? The session holds its pk; nobody can name another's."""

from shop.basket.models import Basket

KEY = "basket"


def basket_of(request) -> Basket | None:
    pk = request.session.get(KEY)
    return Basket.objects.filter(pk=pk).first() if pk else None


def basket_for_change(request) -> Basket:
    """The visitor's basket, made now if there is none."""
    basket = basket_of(request)
    if basket is None:
        basket = Basket.objects.create()
        request.session[KEY] = basket.pk
    return basket
