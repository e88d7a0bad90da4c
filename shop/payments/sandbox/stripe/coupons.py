"""Coupons."""

from shop.payments.sandbox import params as accepted
from shop.payments.sandbox.models import (
    SandboxCoupon,
)
from shop.payments.sandbox.stripe.answers import Refused, _check, new_id


def create_coupon(params: dict) -> dict:
    _check(params, accepted.CREATE_COUPON)
    coupon_id = params.get("id") or new_id("coupon")
    if SandboxCoupon.objects.filter(pk=coupon_id).exists():
        raise Refused("Coupon already exists.", code="resource_already_exists", param="id")
    amount = int(params.get("amount_off") or 0)
    if amount < 1 or params.get("duration") != "once" or not params.get("currency"):
        raise Refused("This sandbox knows coupons with amount_off, currency and duration=once.")
    SandboxCoupon.objects.create(id=coupon_id, amount_off=amount, currency=params["currency"])
    return {
        "id": coupon_id,
        "object": "coupon",
        "amount_off": amount,
        "currency": params["currency"],
        "valid": True,
    }
