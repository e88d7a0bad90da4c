"""Who sells."""

from django.db import models

from shop.content.memo import memoised
from shop.content.models import Content
from shop.content.scopes import SITE


class Seller(Content):
    """Who sells, in one row: shown in the footer, on the contact page, in mails and before the order button."""

    trading_name = models.CharField(max_length=60)
    legal_name = models.CharField(max_length=120)
    email = models.EmailField()
    phone = models.CharField(max_length=30)
    address = models.TextField(help_text="One line of the address per line.")
    company_number = models.CharField(max_length=30, blank=True)
    eu_responsible_person = models.TextField(
        "EU responsible person",
        blank=True,
        help_text="Name, postal address and e-mail, one per line (GPSR art. 19).",
    )
    us_contact = models.TextField(
        "US contact", blank=True, help_text="US address and phone for adverse events."
    )
    is_demo = models.BooleanField(
        "demonstration",
        default=False,
        help_text="Every page then says that this is a demonstration and nothing is sold.",
    )

    class Meta:
        verbose_name_plural = "seller"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="seller_is_one_row")]

    def __str__(self):
        return self.trading_name

    @property
    def address_line(self) -> str:
        return ", ".join(self.address.splitlines())

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> "Seller | None":
        found = memoised("seller", lambda: [*cls.objects.all()[:1]], scope=SITE)
        return found[0] if found else None
