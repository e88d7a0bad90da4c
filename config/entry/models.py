from django.conf import settings
from django.db import models


class Device(models.Model):
    """A browser that somebody of the staff has signed in with; it holds at most one session.

    It is known by a cookie, of which only a digest is kept. Guesses of others never count against it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    words = models.CharField(max_length=80)
    network = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    session_key = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="one_device_for_each_person")]

    def __str__(self):
        return self.words
