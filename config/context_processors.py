from django.conf import settings

from config.pages.appearance import Appearance
from shop.attribution.origins import read_source


def appearance(request):
    """`appearance`: the theme and the size of text that the visitor chose."""
    return {"appearance": Appearance.of(request)}


def staff(request):
    """`staff_user` for the toolbar; visitors without a session cost no query and see nothing of it."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return {}
    user = getattr(request, "user", None)
    return {"staff_user": user} if user is not None and user.is_staff else {}


def origin(request):
    """`card_source`: what a product's page passes on of the article whose card led there."""
    value = request.GET.get("source", "") if hasattr(request, "GET") else ""
    return {"card_source": value if value and read_source(value) else ""}
