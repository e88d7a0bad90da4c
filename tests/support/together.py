"""Many who do something at the same moment, each with a connection of their own."""

import threading

from django.db import connections, transaction

from shop.basket.models import Basket
from shop.catalogue.offers import offer
from shop.checkout.place import place_order
from shop.payments.start import start_payment
from tests.support.factories import LEEDS, region


def together(count, work):
    """Run `work(number)` in `count` threads that all begin at once; (results, errors)."""
    gate, results, errors = threading.Barrier(count), [], []

    def run(number):
        try:
            gate.wait()
            results.append(work(number))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, errors


def baskets(variant, count):
    made = []
    for _ in range(count):
        basket = Basket.objects.create()
        with transaction.atomic():
            basket.add(offer(variant, region("uk")), 1)
        made.append(basket)
    return made


def buy(basket, email):
    order = place_order(basket, region=region("uk"), email=email, address=LEEDS, shown_total=1195)
    start_payment(order)
    return order
