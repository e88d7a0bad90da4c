"""What the checkout offers to who is signed in with an account. Nobody else costs a query."""

from django import template

from config.accounts.addresses import addresses_of
from config.accounts.sign_in import account_of

register = template.Library()


@register.inclusion_tag("accounts/saved_at_checkout.html", takes_context=True)
def saved_addresses(context):
    request = context["request"]
    account = account_of(request)
    rows = addresses_of(account, request.region) if account else []
    return {"rows": rows, "region": request.region, "csrf_token": context.get("csrf_token")}
