from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy

from shop.orders.models import Order
from shop.regions.models import Region
from shop.regions.spelling import spelled
from shop.text.numbers import whole_or_none
from shop.text.typed import NO_CONTROLS, CodeField, LineField, MailField, no_links
from shop.withdrawal.declare import Packs
from shop.withdrawal.models import Sealed


class WithdrawalForm(forms.Form):
    """The three things the law lets the shop ask for, no more (Directive 2011/83/EU article 11a(2))."""

    name = LineField(
        label=gettext_lazy("Your name"),
        max_length=120,
        validators=[NO_CONTROLS, no_links],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Type your name.")},
    )
    number = CodeField(
        label=gettext_lazy("Order number"),
        max_length=40,
        validators=[
            NO_CONTROLS,
            RegexValidator(
                r"^(?:# *)?[A-Za-z0-9][A-Za-z0-9 ./-]*$",
                gettext_lazy("An order number has letters and digits, such as F100123."),
            ),
        ],
        help_text=gettext_lazy("It stands in the confirmation mail and on the invoice."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={
            "required": gettext_lazy("Type the order number. It stands in the confirmation mail.")
        },
    )
    email = MailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("The receipt goes there at once."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={"required": gettext_lazy("Type your e-mail address: the receipt goes there.")},
    )

    def __init__(self, *args: Any, region: Region, order: Order | None = None, **kwargs: Any) -> None:
        """`order`: the one whose secret page it stands on; its number is not asked for then."""
        super().__init__(*args, **kwargs)
        if order is not None:
            del self.fields["number"]
            self.initial = {"name": order.name, "email": order.email, **self.initial}
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"
            for key, words in field.error_messages.items():
                field.error_messages[key] = spelled(str(words), region)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


def packs_in(typed, can: dict[int, int]) -> list[Packs]:
    """What was chosen of each line, at most what can be; empty where the form has no lines. Odd numbers count as none."""
    found = []
    for pk, most in can.items():
        count = min(whole_or_none(typed.get(f"packs-{pk}")) or 0, most)
        sealed = typed.get(f"sealed-{pk}", "")
        if count:
            found.append(Packs(pk, count, sealed if sealed in Sealed.values else ""))
    return found
