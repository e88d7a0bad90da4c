"""Who answered for a text: medical reviews, sign-offs of claims, and what changed by itself."""

from django.db import models
from django.utils import timezone

from articles.models.version import Version
from shop.regions.models import Region


class MedicalReview(models.Model):
    """That a named person has read a version: the log behind the line that readers see. Never changed."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="medical_reviews")
    reviewer = models.CharField(
        max_length=200, help_text="A real person’s name and qualification, as readers are to see it."
    )
    reviewed_on = models.DateField()
    note = models.TextField(blank=True, help_text="For colleagues: what was asked, what was changed.")
    recorded_by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-recorded_at"]

    def __str__(self):
        return f"{self.reviewer}, {self.reviewed_on:%-d %B %Y}"


class ClaimSignOff(models.Model):
    """The Owner's word that products may stand beside a red finding. Never changed; it lapses by itself.

    It holds for exactly these words, these links and these rules: `claims` of the version says whether it does.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="sign_offs")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)
    signed_by = models.CharField(max_length=150)
    signed_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=32, editable=False)
    rules = models.CharField(max_length=40, editable=False)
    findings = models.JSONField(default=list, editable=False)

    class Meta:
        ordering = ["-signed_at"]
        verbose_name = "sign-off of claims"
        verbose_name_plural = "sign-offs of claims"

    def __str__(self):
        return f"{self.version} in {self.region.short_name}, by {self.signed_by}"


class ClaimChange(models.Model):
    """That an article's colour changed in a region without anybody touching its text: rules, tags or products did."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="claim_changes")
    region_code = models.CharField(max_length=8)
    before = models.CharField(max_length=30)
    after = models.CharField(max_length=30)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-changed_at", "-pk"]

    def __str__(self):
        return f"{self.region_code}: {self.before or 'not checked'} → {self.after}"
