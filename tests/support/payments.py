"""Stripe’s events, as it sends them."""

from django.test import Client


def post_event(body: bytes, header: str):
    return Client(SERVER_NAME="127.0.0.1").post(
        "/stripe/webhook/", body, content_type="application/json", headers={"Stripe-Signature": header}
    )
