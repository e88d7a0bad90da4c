"""Shoppers from many addresses, their orders and their cards."""

from django.test import Client

# --- who tries cards, and who shops ------------------------------------------------------------------------------


def from_address(address="203.0.113.9", **more):
    return Client(SERVER_NAME="127.0.0.1", HTTP_SEC_FETCH_SITE="same-origin", REMOTE_ADDR=address, **more)
