"""Payments, refunds and Stripe's events; only `stripe_api` (and the sandbox) knows Stripe's library.

The way of money in: `start` opens a session, `receive.settle` makes an order paid, `leave` and `cancel` end what was not
paid. The way out: `refund` writes what is wanted, `reconcile.send_refunds` sends it to Stripe. `events` obeys signed
events, `reconcile` asks Stripe for what no event told, `disputes` and `balance` compare the rest.
"""
