"""What a colleague chose to be mailed about articles, where it was chosen at all."""

from django.conf import settings
from django.db import models


class MailWish(models.Model):
    """Of one kind of mail (articles/notices.py); without a row its default holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.SlugField(max_length=20)
    wanted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="mailwish_once_per_kind")]

    def __str__(self):
        return f"{self.kind}: {'yes' if self.wanted else 'no'}"
