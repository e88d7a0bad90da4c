"""What the pages of every double opt-in do: the form, why nothing was kept, and the page behind the mail's link."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from shop.content.throttle import address_of, forgive, too_often
from shop.optin.asking import confirm, stop
from shop.optin.models import Wish
from shop.regions.models import Region
from shop.regions.request import RegionRequest, set_region
from shop.text.typed import address_anywhere, typed_mail
from shop.web.answers import AN_HOUR, keep
from shop.web.redirects import redirect_303

MAX_PER_HOUR = 30  # that nobody confirmed, from one network


def typed_address(request: HttpRequest) -> tuple[str, bool]:
    """(the address in the form, at most as long as an address can be; whether it can be one)."""
    email = typed_mail(request.POST.get("email", ""))
    try:
        address_anywhere(email if len(email) <= 254 else "")
    except ValidationError:
        return email[:254], False
    return email, True


@dataclass(frozen=True)
class OptIn:
    """One thing that mails are written about.

    `name`: the namespace of its addresses (`again` and `stopped` among them), the folder of its templates (`ask`,
    `too_often` and `gone` among them), and what those who ask too often are counted under. `answer`: what the session
    keeps its answers under.
    """

    name: str
    answer: str

    def address(self, page: str, region: Region) -> str:
        return reverse(f"{self.name}:{page}", kwargs={"region": region.code})

    def again(self, request: RegionRequest, **values: str) -> HttpResponse:
        """Nothing was kept: to the page that says why (`why`)."""
        keep(request, self.answer, AN_HOUR, **values)
        return redirect_303(self.address("again", request.region))

    def is_asked_too_often(self, request: HttpRequest) -> bool:
        return too_often(self.name, address_of(request), most=MAX_PER_HOUR, seconds=3600)

    def why(self, request: HttpRequest, kept: dict[str, str], **context: Any) -> HttpResponse:
        """Why nothing was kept, with what was typed (`kept`: what `again` was given)."""
        if "email" not in kept:
            return render(request, f"{self.name}/too_often.html", {"back": kept["back"]})
        return render(
            request, f"{self.name}/ask.html", {**context, "email": kept["email"], "next": kept["back"]}
        )

    def link(self, request: HttpRequest, wish: Wish | None, template: str, **context: Any) -> HttpResponse:
        """What the mails' links show: confirm or stop, each by a button, so that no mail scanner does it.

        `wish`: None where the link leads to none, or none any more.
        """
        if request.method == "POST":
            return self._pressed(request, wish)
        if wish is None:
            response = render(request, f"{self.name}/gone.html", status=404)
        else:
            set_region(request, wish.region)
            response = render(request, template, {**context, "wish": wish})
        response["X-Robots-Tag"] = "noindex"
        return response

    def _pressed(self, request: HttpRequest, wish: Wish | None) -> HttpResponse:
        if wish and "stop" in request.POST:
            stop(wish)
            return redirect_303(self.address("stopped", wish.region))
        if wish and confirm(wish):
            forgive(self.name, address_of(request))
        return redirect_303(request.path)
