"""Stripe's dialect without Stripe: an in-process double behind the real SDK, for the embedded default and tests.

It keeps sessions, intents, refunds, idempotency and events in tables of its own, refuses what Stripe would
refuse, shows a hosted payment page with the test cards, and sends signed webhooks through the worker. It is an
installed app only in sandbox mode; elsewhere its tables and addresses do not exist. No card number is stored.
"""
