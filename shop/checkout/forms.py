import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.checkout.totals import US_STATES, Address
from shop.regions.models import Country, Region, ZoneRule
from shop.regions.postcodes import (
    PREFIXES,
    bare_code,
    normal_postcode,
    other_state,
    state_of_zip,
    state_word,
    states_of,
)
from shop.regions.spelling import spelled
from shop.regions.vat_numbers import LONGEST, has_known_form, read_vat_number
from shop.regions.zones import find_zone
from shop.text.typed import NO_CONTROLS, CodeField, LineField, MailField, no_links

MISSING: dict[str, Any] = {
    "email": gettext_lazy("Type your e-mail address: the confirmation goes there."),
    "name": gettext_lazy("Type the name that should stand on the parcel."),
    "country": gettext_lazy("Choose the country we deliver to."),
    "line1": gettext_lazy("Type the street and number."),
    "postcode": gettext_lazy("Type the postcode."),
    "town": gettext_lazy("Type the town or city."),
}
BUSINESS = """<details class="business"{% if form.vat_number.value or form.vat_number.errors %} open{% endif %}>
"""
DIGITS_ONLY = frozenset(PREFIXES) - {"GB", "IE", "MT", "NL", "US"}
US_MISSING: dict[str, Any] = {
    "postcode": gettext_lazy("Type the ZIP code."),
    "town": gettext_lazy("Type the city."),
}


def _text(
    label: Any,
    autocomplete: str,
    *,
    max_length: int = 120,
    kind: type[forms.CharField] = LineField,
    **kwargs: Any,
) -> forms.CharField:
    attrs = {"autocomplete": autocomplete, **kwargs.pop("attrs", {})}
    return kind(
        label=label,
        max_length=max_length,
        validators=[NO_CONTROLS, no_links],
        widget=forms.TextInput(attrs=attrs),
        **kwargs,
    )


class CheckoutForm(forms.Form):
    """E-mail and address, with the fields that the region's countries need. Nothing optional but line 2."""

    email = MailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("For the confirmation and the delivery note; nothing else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    name = _text(gettext_lazy("Full name"), "name")
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), widget=forms.Select(attrs={"autocomplete": "country"})
    )
    line1 = _text(gettext_lazy("Address"), "address-line1")
    line2 = _text(gettext_lazy("Flat, floor, company (optional)"), "address-line2", required=False)
    postcode = _text(
        gettext_lazy("Postcode"),
        "postal-code",
        max_length=16,
        kind=CodeField,
        attrs={"autocapitalize": "characters"},
    )
    town = _text(gettext_lazy("Town or city"), "address-level2", max_length=80)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        widget=forms.Select(attrs={"autocomplete": "address-level1"}),
    )
    vat_number = _text(
        gettext_lazy("VAT number (optional)"),
        "off",
        max_length=LONGEST,
        kind=CodeField,
        required=False,
        help_text=gettext_lazy("It stands on your invoice. VAT is charged all the same."),
        attrs={"autocapitalize": "characters", "spellcheck": "false"},
    )
    postcode_is_right = forms.BooleanField(label=gettext_lazy("Yes, this postcode is right"), required=False)

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region
        self.other_region: Region | None = None
        own = [(row.code, row.translated.name) for row in region.countries.all()]
        groups = own
        others = [
            (
                _("Delivered by our {shop} shop").format(shop=other.short_name),
                [(row.code, row.translated.name) for row in other.countries.all()],
            )
            for other in Region.open_markets()
            if other != region.market
        ]
        if len(own) > 1:
            groups = [("", _("Choose a country")), (region.name, own)]
        self._choice("country").choices = groups + others
        if len(own) == 1:
            self.fields["country"].initial = own[0][0]
        self.is_us = region.pages_as == "US"
        if self.is_us:
            self.fields["town"].label = _("City")
            self.fields["postcode"].label = _("ZIP code")
            self.fields["postcode_is_right"].label = _("Yes, this ZIP code is right")
            self.fields["line2"].label = _("Apartment, suite, company (optional)")
            self.fields["postcode"].widget.attrs["inputmode"] = "numeric"
        self._ask_for_state(own)
        if self.is_us or not any(has_known_form(code) for code, _ in own):
            del self.fields["vat_number"]
        if region.pages_as == "EU":
            self.fields["postcode"].required = False  # Ireland; clean() asks for it elsewhere
        for name, field in self.fields.items():
            field.error_messages["required"] = self._missing(name)
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"
        self.helper = self._helper()

    def _ask_for_state(self, countries: list[tuple[str, str]]) -> None:
        """Where an address of one of the countries names it; with more than one country the answer is checked by `clean`."""
        self.states = {code: US_STATES if code == "US" else states_of(code) for code, _ in countries}
        asked = [(code, name) for code, name in countries if self.states[code]]
        if not asked:
            del self.fields["state"]
            return
        self.state_word = word = _(" or ").join(dict.fromkeys(state_word(code) for code, _ in asked))
        self.fields["state"].label = word.capitalize()
        self.fields["state"].required = len(countries) == 1
        groups = [(name, list(self.states[code].items())) for code, name in asked]
        self._choice("state").choices = [
            ("", _("Choose a {state}").format(state=word)),
            *(groups[0][1] if len(countries) == 1 else groups),
        ]

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def _missing(self, name: str) -> str:
        if name == "state":
            return _("Choose the {state}.").format(state=self.state_word)
        words = (US_MISSING if self.is_us else {}).get(name) or MISSING.get(name, "")
        return spelled(str(words), self.region)

    def _helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        place = (
            [Div("town", css_class="grow"), Div("state"), Div("postcode", css_class="narrow")]
            if "state" in self.fields
            else [Div("postcode", css_class="narrow"), Div("town", css_class="grow")]
            if self.region.pages_as == "EU"
            else [Div("town", css_class="grow"), Div("postcode", css_class="narrow")]
        )
        question = [Field("postcode_is_right")] if self._asks_about_postcode() else []
        asks = "vat_number" in self.fields
        asked = _("An invoice with a VAT number?")
        business = (
            [
                HTML(f"{BUSINESS}<summary>{asked}</summary>"),
                "vat_number",
                HTML("</details>"),
            ]
            if asks
            else []
        )
        helper.layout = Layout(
            "email",
            "name",
            "country",
            "line1",
            "line2",
            Div(*place, css_class="field-row"),
            *question,
            *business,
        )
        return helper

    def _asks_about_postcode(self) -> bool:
        """The question stands there only once the postcode has looked unusual."""
        if not self.is_bound:
            return False
        code = self.data.get("country", "")
        postcode = normal_postcode(self.data.get("postcode", ""), code)
        country = Country.objects.filter(code=code, region=self.region).first()
        return bool(country and postcode and not can_not_be(postcode, code) and is_unusual(postcode, country))

    def clean_country(self) -> str:
        code: str = self.cleaned_data["country"]
        if not any(row.code == code for row in self.region.countries.all()):
            self.other_region = where = Region.of_country(code)
            if where is None:  # closed since the choices were made
                raise forms.ValidationError(
                    _("We can’t deliver there at the moment. Choose another country.")
                )
            raise forms.ValidationError(
                _(
                    "We ship there from our {shop} shop. Switch below: your basket and what you typed "
                    "stay, at that shop’s prices."
                ).format(shop=where.short_name)
            )
        return code

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        code = cleaned.get("country")
        if not code:
            return cleaned
        lines = (cleaned.get("line1", ""), cleaned.get("line2", ""))
        found = find_zone(code, cleaned.get("postcode", ""), cleaned.get("town", ""), lines)
        self._check_state(cleaned, code)
        if found and found.zone.rule == ZoneRule.NONE:
            self.add_error(found.field, found.zone.refusal)
        elif "postcode" in cleaned:
            self._check_postcode(cleaned, code)
        if cleaned.get("vat_number"):
            try:
                cleaned["vat_number"] = read_vat_number(cleaned["vat_number"], code)
            except ValueError as error:
                self.add_error("vat_number", str(error))
        return cleaned

    def _check_state(self, cleaned: dict[str, Any], code: str) -> None:
        """One of the chosen country's, or none where its addresses have none."""
        if "state" not in self.fields or "state" in self.errors:
            return
        if not self.states[code]:
            cleaned["state"] = ""
        elif cleaned.get("state") not in self.states[code]:
            self.add_error("state", _("Choose the {state}.").format(state=state_word(code)))

    def _check_postcode(self, cleaned: dict[str, Any], code: str) -> None:
        postcode = cleaned["postcode"] = self._in_its_form(cleaned["postcode"], code)
        if not postcode:
            if code != "IE":
                self.add_error("postcode", self._missing("postcode"))
            return
        wrong = can_not_be(postcode, code) or self._of_another_state(postcode, code)
        if wrong:
            self.add_error("postcode", wrong)
            return
        country = Country.objects.get(code=code)
        if is_unusual(postcode, country) and not cleaned.get("postcode_is_right"):
            words = (
                _("{postcode} is an unusual ZIP code for {place}. If it is right, tick the box below.")
                if code == "US"
                else _("{postcode} is an unusual postcode for {place}. If it is right, tick the box below.")
            )
            self.add_error("postcode", words.format(postcode=postcode, place=country.the_name))

    def _in_its_form(self, typed: str, code: str) -> str:
        """As the country writes it; without the state before it, if that is the state chosen."""
        state = self.cleaned_data.get("state")
        if state:
            typed = re.sub(rf"(?i)^{state}[ .-]*(?=\d)", "", typed)
        return normal_postcode(typed, code)

    def _of_another_state(self, postcode: str, code: str) -> str:
        """Why a postcode can't be in the state that was chosen: tax may depend on the state, the parcel on the code."""
        if not self.states[code]:
            return ""
        if code != "US":
            chosen = self.cleaned_data.get("state", "")
            name = other_state(postcode, code, chosen) if chosen else ""
            words = _(
                "{postcode} is a postcode in {place}, but the {state} is {chosen}. Please correct one of them."
            )
            return (
                words.format(
                    postcode=postcode, place=name, state=state_word(code), chosen=self.states[code][chosen]
                )
                if name
                else ""
            )
        state, name = state_of_zip(postcode)
        if not state:
            return _("No ZIP code begins with {start}: please check it.").format(start=postcode[:3])
        chosen = self.cleaned_data.get("state")
        if not chosen or state == chosen:
            return ""
        words = _(
            "{postcode} is a ZIP code in {place}, but the state is {chosen}. Please correct one of them."
        )
        return words.format(postcode=postcode, place=name, chosen=US_STATES[chosen])

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, spelled(error, self.region) if isinstance(error, str) else error)

    def address(self) -> Address:
        data = self.cleaned_data
        return Address(
            name=data["name"],
            line1=data["line1"],
            line2=data["line2"],
            town=data["town"],
            state=data.get("state", ""),
            postcode=data["postcode"],
            vat_number=data.get("vat_number", ""),
            country=data["country"],
        )


def can_not_be(postcode: str, country: str) -> str:
    """Why no postcode of that country can look like this; "" if one could."""
    short = bare_code(postcode)
    if not re.fullmatch(r"[A-Z0-9]+", short):
        return _("A postcode has only letters and digits.")
    if country == "US":
        if not re.fullmatch(r"\d{5}(\d{4})?", short):
            return _("A ZIP code has five digits, or nine with a hyphen: 97201 or 97201-1234.")
    elif country == "GB":
        if not re.fullmatch(r"[A-Z]{1,2}[A-Z0-9]{1,3}\d[A-Z]{2}|[A-Z]{3}0AA", short):
            return _("A UK postcode looks like LS1 4AP.")
    elif country in DIGITS_ONLY and not short.isdigit() and not short.startswith("LV"):
        return _only_digits(short, country)
    elif not any(letter.isdigit() for letter in short) or not 3 <= len(short) <= 10:
        return _("This can’t be a postcode: please check it.")
    return ""


def _only_digits(short: str, country: str) -> str:
    """With the country that the letters before the digits name."""
    begins = re.match(r"[A-Z]+", short)
    letters = begins.group() if begins else ""
    for code, prefixes in PREFIXES.items():
        if letters and letters in prefixes.split() and code != country:
            other = Country.objects.filter(code=code).first()
            if other:
                words = _(
                    "A postcode of this country has only digits, and {letters} stands for {place}: "
                    "is the country right?"
                )
                return words.format(letters=letters, place=other.name)
    return _("A postcode of this country has only digits: please check it.")


def is_unusual(postcode: str, country: Country) -> bool:
    return bool(country.postcode_pattern) and not re.fullmatch(
        country.postcode_pattern, postcode, re.IGNORECASE
    )
