"""How a visitor likes to read: by day, at night or as their device says, and at what size. One cookie, set when chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shop.web.redirects import redirect_303, safe_next
from shop.web.same_origin import same_origin_or_confirm

COOKIE = "theme"
THEMES = ("auto", "day", "night")
TEXTS = ("normal", "large")


@dataclass(frozen=True)
class Appearance:
    theme: str = "auto"
    text: str = "normal"

    @classmethod
    def of(cls, cookies: Mapping[str, str]) -> "Appearance":
        """What the cookie says; anything odd counts as not chosen."""
        theme, _, text = cookies.get(COOKIE, "").partition(".")
        return cls(theme if theme in THEMES else "auto", text if text in TEXTS else "normal")

    def __str__(self):
        return f"{self.theme}.{self.text}"

    @property
    def dark_media(self) -> str:
        """When the dark style sheet holds."""
        return {"auto": "screen and (prefers-color-scheme: dark)", "day": "not all", "night": "screen"}[
            self.theme
        ]


@same_origin_or_confirm(_("Change how pages look?"))
def set_appearance(request):
    """Remember the theme or the size of text, each alone, for a year; then the same page again."""
    now = Appearance.of(request.COOKIES)
    theme, text = request.POST.get("look", ""), request.POST.get("text", "")
    chosen = Appearance(theme if theme in THEMES else now.theme, text if text in TEXTS else now.text)
    response = redirect_303(safe_next(request, request.POST.get("next", "")))
    if chosen == Appearance():
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            COOKIE, str(chosen), max_age=365 * 24 * 3600, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )
    return response
