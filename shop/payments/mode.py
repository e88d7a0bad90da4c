"""Which money the site moves: sandbox (none), Stripe's test mode, or live. Decided once, at start."""

import ipaddress

from django.core.exceptions import ImproperlyConfigured

MODES = ("sandbox", "test", "live")


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def payment_mode(
    *,
    payments: str,
    secret_key: str,
    webhook_secret: str,
    live_switch: bool,
    host_names: list[str],
    sandbox_public: str,
) -> str:
    """ "sandbox", "test" or "live".

    Raises ImproperlyConfigured, with one clear sentence, for every mixture that could take real money by
    mistake, or pretend to.
    """
    if payments not in {"", "sandbox", "stripe"}:
        raise ImproperlyConfigured(f"PAYMENTS is {payments!r}; it must be sandbox, stripe or empty.")
    if payments == "sandbox":
        if secret_key:
            raise ImproperlyConfigured("PAYMENTS=sandbox and STRIPE_SECRET_KEY are both set. Remove one.")
        public = [host for host in host_names if not is_loopback(host)]
        if public and sandbox_public != "no-real-orders":
            raise ImproperlyConfigured(
                f"PAYMENTS=sandbox takes no money, but {public[0]} is a public host name. Use a Stripe key, "
                "or set SANDBOX_PUBLIC=no-real-orders for a demonstration."
            )
        return "sandbox"
    if not secret_key:
        raise ImproperlyConfigured(
            "Nobody could pay: set STRIPE_SECRET_KEY, or PAYMENTS=sandbox for a site without Stripe."
        )
    kind = secret_key.split("_")[1] if secret_key.startswith(("sk_", "rk_")) else ""
    if kind not in {"test", "live"}:
        raise ImproperlyConfigured(
            "STRIPE_SECRET_KEY must start with sk_test_, sk_live_, rk_test_ or rk_live_."
        )
    if kind == "live" and not live_switch:
        raise ImproperlyConfigured("STRIPE_SECRET_KEY is a live key. Set STRIPE_LIVE=1 to take real money.")
    if kind == "test" and live_switch:
        raise ImproperlyConfigured("STRIPE_LIVE=1 is set, but STRIPE_SECRET_KEY is a test key.")
    if not webhook_secret.startswith("whsec_"):
        raise ImproperlyConfigured(
            "STRIPE_WEBHOOK_SECRET is missing (whsec_…), so no payment could be confirmed."
        )
    return kind
