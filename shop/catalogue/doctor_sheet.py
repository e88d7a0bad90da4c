"""A page to take to a doctor or pharmacist: what is in the packs, what to ask about, whom to tell. Made anew, never stored."""

from dataclasses import dataclass

from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from shop.catalogue.facts import daily_facts
from shop.catalogue.models import Variant

MAX_PACKS = 60  # packs in one address; more are asked for anew, and the page says so
Words = str | Promise
CHECKED = _("November 2026")
SPC = _(
    "UK product information of magnesium medicines (medicines.org.uk/emc 4841, 2678, 25343), interactions"
)


@dataclass(frozen=True)
class ToAsk:
    """Something to ask about, why, and the source of it, which was looked at in `checked`."""

    what: Words
    why: Words
    source: Words
    checked: Words = CHECKED


SWALLOWED = (
    ToAsk(
        _("Levothyroxine, gabapentin, digoxin, iron"),
        _(
            "Magnesium by mouth can lower how much of them is taken up. They are usually kept 2 to 4 hours apart."
        ),
        SPC,
    ),
    ToAsk(
        _("Antibiotics: tetracyclines (such as doxycycline) and quinolones (such as ciprofloxacin)"),
        _("Magnesium can lower their uptake. Kept 2 to 4 hours apart."),
        SPC,
    ),
    ToAsk(
        _("Bisphosphonates (such as alendronic acid), penicillamine, mycophenolate"),
        _("Magnesium can lower their uptake. Kept 2 to 4 hours apart."),
        SPC,
    ),
    ToAsk(
        _("Some diuretics and proton pump inhibitors"),
        _("They can raise the body’s losses of magnesium, so levels may be watched."),
        SPC,
    ),
    ToAsk(
        _("Kidneys that work less well"),
        _("The body clears magnesium through the kidneys. Not without a doctor’s word."),
        _("The warning on our packs"),
    ),
    ToAsk(
        _("Pregnancy, breast-feeding, under 18"),
        _("Ask first. The level for supplements named here is for adults."),
        _("The warning on our packs"),
    ),
    ToAsk(
        _("Other magnesium: antacids, laxatives, other supplements"),
        _("Their amounts add up. Loose stools are the first sign of too much."),
        _("Scientific Committee on Food, 2001 (upper level for magnesium)"),
    ),
)
ON_THE_SKIN = (
    ToAsk(
        _("Broken or sore skin, a new rash"),
        _("For unbroken skin only. Rinse it off if it stings."),
        _("The warning on our packs"),
    ),
)


@require_safe
def sheet(request):
    """`?sku=` once for each pack, as the links on product, basket and order say; unknown ones are left out.

    The address holds pack numbers alone, and nothing of it is kept.
    """
    region = request.region
    asked = list(dict.fromkeys(sku[:20] for sku in request.GET.getlist("sku")))
    skus = asked[:MAX_PACKS]
    found = {
        row.sku: row
        for row in Variant.objects.filter(sku__in=skus)
        .select_related("product")
        .prefetch_related("product__wordings")
    }
    packs = []
    for sku in skus:
        if sku in found:
            wording = found[sku].product.wording_in(region)
            packs.append(
                {
                    "variant": found[sku],
                    "name": found[sku].product.name_in(region),
                    "wording": wording,
                    "facts": daily_facts(found[sku], wording, region),
                }
            )
    eaten = [pack for pack in packs if pack["variant"].product.is_supplement]
    one_of_each = {pack["variant"].product_id: pack["facts"].mg_per_day for pack in eaten if pack["facts"]}
    context = {
        "packs": packs,
        "left_out": len(asked) - len(skus),
        "questions": [*(SWALLOWED if eaten else ()), *(ON_THE_SKIN if len(eaten) < len(packs) else ())],
        "sum_mg": sum(one_of_each.values()) if len(one_of_each) > 1 else 0,
        "today": timezone.now().astimezone(region.zone),
        "emergency": region.legal.emergency,
        "report_to": region.legal.report_to,
    }
    response = render(request, "sheet.html", context, status=200 if packs else 404)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store, private"
    return response
