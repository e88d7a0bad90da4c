"""What production needs and lacks: `manage.py check --deploy`."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from shop.payments.mode import is_loopback


@register(Tags.security, deploy=True)
def production(app_configs, **kwargs):
    found = []
    if settings.PAYMENT_MODE == "sandbox":
        found.append(
            Warning(
                "Payments run in the sandbox, so no money moves.",
                hint="Set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, and remove PAYMENTS=sandbox.",
                id="fellbrook.W001",
            )
        )
    if not settings.EMAIL_URL:
        found.append(
            Warning(
                "No mail leaves the site: shoppers get no confirmation.",
                hint="Set EMAIL_URL, such as smtp+tls://user:password@host:587.",
                id="fellbrook.W002",
            )
        )
    if any(is_loopback(host) for host in settings.ALLOWED_HOSTS[:1]):
        found.append(
            Warning(
                "SITE_URL is a loopback address.",
                hint="Set SITE_URL to the public address; mails and Stripe use it.",
                id="fellbrook.W003",
            )
        )
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        found.append(
            Warning(
                "The database is SQLite: one machine only.",
                hint="Set DATABASE_URL=postgres://… for several processes or machines.",
                id="fellbrook.W004",
            )
        )
    elif not settings.REDIS_URL:
        found.append(
            Warning(
                "Each process keeps its own page cache.",
                hint="Set REDIS_URL so that all machines share one.",
                id="fellbrook.W005",
            )
        )
    return found


@register(Tags.database)
def seller_is_real(app_configs, databases=None, **kwargs):
    """Live money and a seller that does not exist must not meet."""
    from shop.regions.models import Seller

    if settings.PAYMENT_MODE != "live" or not databases:
        return []
    seller = Seller.objects.first()
    if seller is None or seller.is_demo:
        return [
            Error(
                "The shop takes real money, but its seller is demonstration data.",
                hint="Fill in Regions › Seller in the admin and untick “is demo”.",
                id="fellbrook.E001",
            )
        ]
    return []
