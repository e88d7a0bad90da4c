"""What another shop exported comes in: a file is handed to the worker, which looks at it; then saved, on its page."""

import zlib
from collections import Counter
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from config.moving.customers import WHERE
from config.moving.models import Import
from config.moving.ways import LEFT_OUT, NEW, WAYS
from config.moving.working import NOT_EMPTY, SWEEP, begin, is_empty, save_too, stop
from config.staff.take_out import RIGHTS
from shop.catalogue.models.kinds import magnesium_forms
from shop.regions.models import Region
from shop.sweeps.models import Setback
from shop.web.file_or_text import FileOrText
from shop.web.redirects import redirect_303

MOST_MB = 18  # of a file: a request of staff ends at 20 MB (config/middleware/bodies.py)
SHOWN = 200  # lines of each kind
LATEST = 5
SECONDS = 3  # until a page about work that goes on is asked for again
SHOP = Import.Kind.SHOP
State = Import.State


class BringInForm(FileOrText):
    most = MOST_MB * 1_000_000
    too_large = "The file has more than {most} MB: bring it in parts, or with the command below."

    region = forms.ModelChoiceField(
        Region.objects.none(), label="Region", empty_label=None,
        help_text="Prices that name no market count here, and old addresses lead here.",
    )  # fmt: skip
    form = forms.ChoiceField(
        required=False,
        label="Form of magnesium",
        help_text="Of products whose title, type and tags name none.",
    )
    shop = forms.CharField(
        max_length=WHERE,
        label="The other shop",
        help_text="Its name or address. It is kept with each consent, as where that was given.",
    )
    sure = forms.BooleanField(
        label="They agreed to letters of this seller, and I can show it",
        error_messages={"required": "Letters go only to those who agreed to letters of this very seller."},
    )

    def __init__(self, kind: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        regions: Any = self.fields["region"]
        regions.queryset = Region.objects.filter(is_open=True, edition_of=None).order_by("position", "pk")
        if kind == "products":
            may_be: Any = self.fields["form"]
            may_be.choices = [
                ("", "–"),
                *((code, row.name) for code, row in magnesium_forms().items()),
            ]
        else:
            del self.fields["form"]
            regions.help_text = "Old addresses lead here, once the article is published."
        if kind == "customers":
            regions.help_text = "Letters of this region go to those whose country is not in the file."
        else:
            del self.fields["shop"], self.fields["sure"]


class WholeShopForm(forms.Form):
    file = forms.FileField(label="The ZIP", help_text=f"Up to {MOST_MB} MB.")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_MB * 1_000_000:
            raise forms.ValidationError(
                f"The file has more than {MOST_MB} MB: bring it in with the command below."
            )
        return file


def rights_of(kind: str) -> tuple[str, ...]:
    return RIGHTS if kind == SHOP else WAYS[kind].rights


def bring_in(request, site, kind: str) -> HttpResponse:
    """Takes a file, and hands it to the worker."""
    if not request.user.has_perms(rights_of(kind)):
        raise PermissionDenied
    made: Any = WholeShopForm if kind == SHOP else lambda *data: BringInForm(kind, *data)
    form = made()
    if request.method == "POST":
        form = made(request.POST, request.FILES)
        if form.is_valid() and kind == SHOP and not is_empty():
            form.add_error(None, NOT_EMPTY)
        elif form.is_valid():
            row = begin(by=request.user, kind=kind, **_asked(form.cleaned_data, request.user))
            if row is not None:
                return redirect_303(reverse("admin:bring_in_one", args=[row.pk]))
            form.add_error(None, _busy())
    context = {
        **site.each_context(request),
        "title": "Bring a whole shop in" if kind == SHOP else WAYS[kind].title,
        "way": WAYS.get(kind),
        "form": form,
        "latest": Import.objects.filter(kind=kind).defer("data").select_related("by")[:LATEST],
        "is_empty": kind != SHOP or is_empty(),
        "not_empty": NOT_EMPTY,
        "most": MOST_MB,
    }
    return render(request, "admin/bring_in.html", context)


def _asked(data: dict[str, Any], user) -> dict[str, Any]:
    file: Any = data.get("file")
    content = data["text"].encode() if "text" in data else file.read()
    options = {"by": user.get_username()[:80]}
    if "region" in data:
        options["region"] = data["region"].pk
    options |= {name: data[name] for name in ("form", "shop") if name in data}
    name = (file.name if file else "pasted text")[:120]
    return {"file_name": name, "data": zlib.compress(content), "options": options}


def _busy() -> str:
    row = Import.objects.filter(turn=1).defer("data").select_related("by").first()
    if row is None:
        return "Another file was being brought in a moment ago. Try again."
    who = f" for {row.by.get_username()}" if row.by else ""
    return (
        f"“{row.file_name}” is being brought in just now{who}, since {row.asked_at:%H:%M} UTC. One file at a time: wait until "
        "it is done, or stop it on its page."
    )


def bring_in_one(request, site, pk: int) -> HttpResponse:
    """How far it is, what would become of it, and what came of it; here it is saved or stopped."""
    row = Import.objects.filter(pk=pk).defer("data").select_related("by").first()
    if row is None:
        raise Http404("There is no such file: what nobody saved for a week is forgotten.")
    if not request.user.has_perms(rights_of(row.kind)):
        raise PermissionDenied
    if request.method == "POST":
        if "stop" in request.POST:
            if not stop(row):
                messages.warning(request, "It was done before that, or stopped already.")
        elif "save" in request.POST and not save_too(row):
            row.refresh_from_db(fields=["state"])
            words = "It is saved already." if row.state in {State.SAVING, State.DONE} else _busy()
            messages.warning(request, words if row.state != State.STOPPED else "It was stopped: begin anew.")
        return HttpResponseRedirect(request.path, status=303)
    context = {
        **site.each_context(request),
        "title": row.file_name,
        "row": row,
        "way": WAYS.get(row.kind),
        "begins": reverse(f"admin:bring_in_{row.kind}"),
        "groups": _groups(row),
        "new": row.counts.get(NEW, 0),
        "button": WAYS[row.kind].makes.format(row.counts.get(NEW, 0)) if row.kind in WAYS else "Bring it in",
        "setback": Setback.objects.filter(sweep=SWEEP, about=str(row.pk)).first() if row.is_at_work else None,
    }
    response = render(request, "admin/bring_in_one.html", context)
    if row.is_at_work:
        response["Refresh"] = str(SECONDS)
    return response


def _groups(row: Import) -> list[tuple[str, int, list]]:
    """(name, how many, the first of them that something is said of), those that are left out first."""
    if row.state not in {State.LOOKED, State.DONE}:
        return []
    shown: Counter[str] = Counter()
    some: dict[str, list] = {}
    for state, lines in groupby(row.lines.order_by("state", "pk").iterator(500), key=lambda line: line.state):
        for line in lines:
            shown[state] += 1
            if shown[state] <= SHOWN:
                some.setdefault(state, []).append(line)
    order = sorted(row.counts, key=lambda state: (state != LEFT_OUT, state != NEW, state))
    return [
        (state[:1].upper() + state[1:], row.counts[state], some.get(state, []))
        for state in order
        if row.counts[state] and (row.kind != SHOP or state != NEW)
    ]
