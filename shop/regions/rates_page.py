"""The staff page where VAT rates of a newer source stand beside those of the shop."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone

from shop.regions.models import Decision, ProposedRate, VatRate
from shop.regions.newer_rates import LARGEST, Unreadable, approve, leave, open_proposals, propose, read_file
from shop.text.numbers import whole_or_none
from shop.web.redirects import redirect_303

RIGHT = "regions.add_vatrate"
LAST = 20  # decisions that are shown


class RatesFile(forms.Form):
    file = forms.FileField(
        help_text="In the form of ibericode/vat-rates: vat-rates.json from github.com/ibericode/vat-rates."
    )
    source = forms.CharField(
        max_length=120,
        initial="ibericode/vat-rates",
        help_text="Stands beside each rate, so that next year somebody knows where it is from.",
    )
    source_date = forms.DateField(
        label="Date of the source",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="When the file was last changed.",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("The file is too large to be one of VAT rates.")
        try:
            self.cleaned_data["entries"] = read_file(file.read())
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error
        return file

    def clean_source_date(self):
        day = self.cleaned_data["source_date"]
        if not 2000 <= day.year <= timezone.now().year + 1:
            raise forms.ValidationError("This date can’t be meant.")
        return day


def rates_page(request, site):
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    form = RatesFile(
        request.POST if "compare" in request.POST else None, request.FILES or None, label_suffix=""
    )
    if request.method == "POST":
        if "compare" not in request.POST:
            _decided(request)
            return redirect_303(request.path)
        if form.is_valid():
            data = form.cleaned_data
            count = propose(data["entries"], data["source"], data["source_date"])
            words = f"{count} rate{'' if count == 1 else 's'} of the file differ{'s' if count == 1 else ''} from the shop’s."
            messages.success(
                request, words if count else "The file says what the shop’s rates say: nothing to decide."
            )
            return redirect_303(request.path)
    found = open_proposals()
    context = {
        **site.each_context(request),
        "title": "VAT rates: what newer sources say",
        "form": form,
        "groups": [
            ("From a file of rates", [one for one in found if one.row.is_verified]),
            ("Unverified: ask your tax adviser first", [one for one in found if not one.row.is_verified]),
        ],
        "decided": ProposedRate.objects.exclude(decision=Decision.OPEN)
        .select_related("country")
        .order_by("-decided_at", "-pk")[:LAST],
        "has_rates": VatRate.objects.exists(),
    }
    return render(request, "admin/rates.html", context)


def _decided(request) -> None:
    """Each ticked proposal is decided by itself: what a colleague decided meanwhile stays as they did."""
    wanted = [pk for text in request.POST.getlist("rate")[:500] if (pk := whole_or_none(text))]
    who = request.user.get_username()
    if "approve" in request.POST:
        done = [pk for pk in wanted if approve(pk, who)]
        words = "put into force. Orders that were placed before keep their rate"
    elif "leave" in request.POST:
        done = [pk for pk in wanted if leave(pk, who)]
        words = "left as the shop has it"
    else:
        return
    if not wanted:
        messages.warning(request, "Tick the rates that you decide first. Nothing was changed.")
    if done:
        messages.success(request, f"{len(done)} rate{'' if len(done) == 1 else 's'} {words}.")
    if len(done) < len(wanted):
        messages.warning(
            request,
            f"{len(wanted) - len(done)} could not be decided: a colleague was quicker, or a rate begins at that moment already.",
        )
