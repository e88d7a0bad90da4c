"""A form that takes a file of text, or what is pasted from it; it stands as text in the form between a look and a save."""

from django import forms

from shop.text.tables import decoded

MOST_SIGNS = 2_000_000


class FileOrText(forms.Form):
    """A file comes before what was pasted. `text` of what is cleaned is not blank."""

    most = MOST_SIGNS  # bytes of a file
    too_large = "The file has more than {most} MB: bring it in parts."
    nothing = "Choose a file, or paste what is in it."

    file = forms.FileField(required=False, label="A file")
    text = forms.CharField(
        required=False, label="Or paste what is in it", max_length=MOST_SIGNS, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file is not None and file.size > self.most:
            raise forms.ValidationError(self.too_large.format(most=self.most // 1_000_000))
        return file

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("file"):
            cleaned["text"] = decoded(cleaned["file"].read())
        if not self.errors and not cleaned.get("text", "").strip():
            raise forms.ValidationError(self.nothing)
        return cleaned
