"""The form in which somebody says of sentences that they make no claim: a reason for each."""

from django import forms

from articles.evidence.no_claims import REASONS, SHORTEST_REASON
from articles.evidence.sentences import FoundSentence

NAME = "reason"


class TickForm(forms.Form):
    """Of one sentence; its prefix is the sentence's digest. `given`: the reason as it is kept, or nothing."""

    reason = forms.ChoiceField(
        choices=[("", "It still waits"), *((words, words) for words in REASONS), ("other", "other:")],
        required=False,
    )
    words = forms.CharField(
        required=False,
        max_length=200,
        label="In your own words",
        widget=forms.TextInput(attrs={"placeholder": "in your own words, if you like"}),
    )

    def clean(self):
        super().clean()
        chosen, words = self.cleaned_data.get("reason", ""), self.cleaned_data.get("words", "").strip()
        if chosen not in REASONS and words and len(words) < SHORTEST_REASON:
            self.add_error("words", "Say in a few words why it makes no claim.")
        return self.cleaned_data

    @property
    def given(self) -> str:
        chosen, words = self.cleaned_data.get("reason", ""), self.cleaned_data.get("words", "").strip()
        if chosen in REASONS:
            return f"{chosen}: {words}" if words else chosen
        return words


def ticking(rows: list[FoundSentence], typed=None) -> list[tuple[FoundSentence, TickForm]]:
    """Each sentence that waits with its form, as typed if something was."""
    return [(row, TickForm(typed, prefix=row.digest)) for row in rows if row.digest]


def reasons_in(typed, only: str = "") -> dict[str, str]:
    """By digest the reasons that were given, for all sentences or one. Raises ValidationError for one that is too long."""
    end = f"-{NAME}"
    digests = [only] if only else [name.removesuffix(end) for name in typed if name.endswith(end)]
    found = {}
    for digest in digests:
        form = TickForm(typed, prefix=digest)
        if not form.is_valid():
            raise forms.ValidationError([words for errors in form.errors.values() for words in errors])
        if form.given:
            found[digest] = form.given
    return found
