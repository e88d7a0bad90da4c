"""What the product's form says of prices that were lower or are to come, and the fields that plan the next or take one back."""

from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.catalogue.reductions import Cut, Step, cut_at
from shop.regions.local import day_words, moment_words, typed_moment
from shop.regions.models import Region
from shop.text.fields import MoneyField

AS_TYPED = "%Y-%m-%dT%H:%M"
FURTHEST = timedelta(days=3 * 366)
Known = list[tuple[datetime | None, int | None]]  # of a pack in a region, as `amounts_known` has it


class LocalMomentField(forms.DateTimeField):
    """A day and hour on the clock of a region; cleans to an aware time that is still to come."""

    def __init__(self, region: Region, **kwargs):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=AS_TYPED)
        formats = [AS_TYPED, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
        super().__init__(widget=widget, input_formats=formats, **kwargs)
        self.region = region

    def to_python(self, value):
        typed = super().to_python(value)
        if typed is None:
            return None
        try:
            moment = typed_moment(typed.replace(tzinfo=None), self.region)
        except ValueError as error:
            raise ValidationError(str(error))
        if not timezone.now() < moment < timezone.now() + FURTHEST:
            raise ValidationError(
                "Type a moment that is still to come, within three years. For now, change the price above."
            )
        return moment


class PlannedWidget(forms.CheckboxSelectMultiple):
    """A tick for each price to come. Where there is none, only an error is shown: of what was ticked and is gone."""

    template_name = "admin/catalogue/planned.html"

    @property
    def is_idle(self) -> bool:
        return not self.choices


def _plan_words(begins: datetime, amount: int | None, region: Region) -> str:
    return f"{region.money(amount) if amount else 'not sold'} from {moment_words(begins, region)}"


def planned_words(known: Known, region: Region) -> str:
    """“Planned: £9.95 from Mon 30 Nov, 00:00 GMT.”"""
    rows = [(begins, amount) for begins, amount in known if begins is not None]
    told = [_plan_words(begins, amount, region) for begins, amount in rows[:3]]
    more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    return f"Planned: {'; '.join(told)}{more}." if told else ""


def reduction_words(steps: list[Step], region: Region, amount: int | None, at: datetime | None = None) -> str:
    """What becomes of a price that is lower than before: shown as a reduction, or why not; "" if it isn't lower.

    `amount`: in force at `at`, default now, whether or not the history knows of it.
    """
    at = at or timezone.now()
    steps = [step for step in steps if step.at <= at]
    if amount is not None and (not steps or steps[-1].amount != amount):
        steps.append(Step(at, amount))
    cut = cut_at(steps, at)
    if cut is None or not region.legal.earlier_price:
        return ""
    return _real(cut, region) if cut.is_real else _not_real(cut, region)


def _real(cut: Cut, region: Region) -> str:
    return f"Shown as reduced from {region.money(cut.lowest or 0)}, the lowest of the 30 days before, until {day_words(cut.ends, region)}."


def _not_real(cut: Cut, region: Region) -> str:
    why = (
        f"it cost {region.money(cut.lowest)} within the 30 days before"
        if cut.lowest is not None
        else "it had not been on sale here for 30 days"
    )
    return f"Not a real reduction: {why}. Pages show no earlier price."


def planning_fields(region: Region, known: Known) -> dict[str, forms.Field]:
    """The next price, its moment, and which of those planned are taken back, by name."""
    planned = [
        (begins.isoformat(), _plan_words(begins, amount, region)) for begins, amount in known if begins
    ]
    return {
        f"next_{region.code}": MoneyField(
            label=f"Then {region.short_name} ({region.currency})", currency=region.currency, required=False
        ),
        f"from_{region.code}": LocalMomentField(region, label=f"From ({region.time_zone})", required=False),
        f"drop_{region.code}": forms.MultipleChoiceField(
            label=f"Take back {region.short_name}",
            choices=planned,
            required=False,
            widget=PlannedWidget,
            error_messages={
                "invalid_choice": "One of these prices has begun meanwhile, or somebody took it back. Look again: "
                "nothing of this pack is saved yet."
            },
        ),
    }


def clean_planned(form) -> None:
    """Both or neither."""
    for region in Region.markets():
        amount, begins = (form.cleaned_data.get(f"{name}_{region.code}") for name in ("next", "from"))
        wrong = form.errors.keys() & {f"next_{region.code}", f"from_{region.code}"}
        if amount and not begins and not wrong:
            form.add_error(f"from_{region.code}", "Type from when on it costs that.")
        if begins and not amount and not wrong:
            form.add_error(f"next_{region.code}", "Type what it costs from then on.")


def save_planned(form) -> list[str]:
    """What was ticked is taken back if it has not begun; then a row for each price that was planned. What to tell of them."""
    told = []
    for region in Region.markets():
        told += [
            _take_back(form.instance, region, moment)
            for moment in form.cleaned_data.get(f"drop_{region.code}", [])
        ]
        amount, begins = (form.cleaned_data.get(f"{name}_{region.code}") for name in ("next", "from"))
        if not amount or not begins:
            continue
        try:
            with transaction.atomic():
                form.instance.set_price(region, amount, begins)
        except IntegrityError:
            told.append(
                f"{form.instance.label}: a price in {region.the_name} begins at that moment already. It stays."
            )
            continue
        words = f"{form.instance.label}: {region.money(amount)} in {region.the_name} from {moment_words(begins, region)}."
        steps = form.steps.get((form.instance.pk, region.pk), [])
        told.append(" ".join(filter(None, [words, reduction_words(steps, region, amount, begins)])))
    return told


def _take_back(variant, region: Region, moment: str) -> str:
    begins = datetime.fromisoformat(moment)
    words = (
        f"{variant.label}: the price in {region.the_name} that was planned for {moment_words(begins, region)}"
    )
    return (
        f"{words} is taken back."
        if variant.take_price_back(region, begins)
        else f"{words} has begun meanwhile, and counts."
    )
