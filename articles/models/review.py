"""Who answered for a text: medical reviews, sign-offs of claims, and what changed by itself."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.article import Article
from articles.models.version import Version
from shop.claims.rules import LAWS
from shop.regions.models import Region


class Added(models.Model):
    """Base of rows of a log: they are added, and never changed or deleted."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("A row of this log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("A row of this log is never deleted.")


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


class ClaimSignOff(Added):
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


class NoClaim(Added):
    """A person's word that a sentence, which the rules did not recognise as allowed, makes no claim.

    It holds in every version of the article for as long as the sentence is read from these words (`digest`) by these
    rules, under one law or, with none given, under all; and until a row of `NoClaimEnd` ends it.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="no_claims")
    digest = models.CharField(max_length=64)
    sentence = models.TextField()
    place = models.CharField(max_length=120, blank=True)
    law = models.CharField(
        "under", max_length=2, blank=True, choices=[("", "every law"), *((law, law) for law in LAWS)]
    )
    reason = models.CharField(max_length=300)
    ticked_by = models.CharField(max_length=150)
    ticked_at = models.DateTimeField(default=timezone.now)
    rules = models.CharField(max_length=40)

    class Meta:
        ordering = ["-ticked_at", "-pk"]
        indexes = [models.Index(fields=["article", "rules"], name="noclaim_by_article")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(digest=""), name="noclaim_of_something_for_a_reason"
            ),
            models.CheckConstraint(condition=Q(law__in=["", *LAWS]), name="noclaim_law_known"),
        ]
        verbose_name = "tick of “no claim”"
        verbose_name_plural = "ticks of “no claim”"

    def __str__(self):
        return f"“{self.sentence[:60]}”, by {self.ticked_by}"


class NoClaimEnd(Added):
    """That somebody withdrew a tick."""

    no_claim = models.OneToOneField(NoClaim, on_delete=models.CASCADE, related_name="end")
    ended_by = models.CharField(max_length=150)
    ended_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.no_claim}: withdrawn by {self.ended_by}"


class RulesInForce(Added):
    """From when on articles were checked by which rules: what lapsed with a change of rules lapsed then."""

    rules = models.CharField(max_length=40)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["since", "pk"]
        verbose_name_plural = "rules in force"

    def __str__(self):
        return f"{self.rules} since {self.since:%-d %B %Y}"


SIGNED_OFF = ", signed off"  # follows the colour where the Owner had signed it off


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
