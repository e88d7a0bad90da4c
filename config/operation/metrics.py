"""Figures for Prometheus: what web processes answered, and what the database says when it is asked.

Counted only with METRICS_TOKEN. The processes of a web server share files in PROMETHEUS_MULTIPROC_DIR (deploy/gunicorn.py),
so any of them answers for all; without it, in `DATA_DIR/metrics`. Figures of the database are the same from each. Labels are routes (`<slug:region>/shop/`), never addresses: those
may hold an order's secret.
"""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

if settings.METRICS_TOKEN:  # read by the library when it is imported
    _folder = Path(settings.DATA_DIR) / "metrics" / socket.gethostname()  # DATA_DIR may be shared by machines
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(_folder))
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from config.operation.ready import State, readiness
from shop.orders.models import Order
from shop.outbox.models import Mail
from shop.sweeps.models import Setback

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
ANSWERS = Counter("shop_answers", "Answers of web processes.", ["route", "method", "status"])
SECONDS = Histogram("shop_answer_seconds", "Time until an answer began.", ["route"], buckets=BUCKETS)
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}


def count_answer(route: str, method: str, status: str, seconds: float) -> None:
    ANSWERS.labels(route, method if method in METHODS else "other", status).inc()
    SECONDS.labels(route).observe(seconds)


def exposition() -> tuple[bytes, str]:
    """The page's bytes and type of content."""
    registry = CollectorRegistry()
    if settings.METRICS_TOKEN:
        MultiProcessCollector(registry)
    registry.register(FromTheDatabase())
    return generate_latest(registry), CONTENT_TYPE_LATEST


class FromTheDatabase(Collector):
    """Few and cheap: each is answered from an index."""

    def collect(self) -> Iterator[Metric]:
        parts = readiness()
        late = GaugeMetricFamily("shop_part_state", "0 well, 1 late, 2 failed (/readyz).", labels=["part"])
        for name, one in parts.items():
            late.add_metric([name], {State.OK: 0, State.LATE: 1, State.FAILED: 2}[one.state])
        yield late
        ages = GaugeMetricFamily(
            "shop_part_age_seconds", "How long ago it was last at work.", labels=["part"]
        )
        for name, one in parts.items():
            if one.seconds is not None:
                ages.add_metric([name], one.seconds)
        yield ages
        if parts["database"].state == State.OK and parts["migrations"].state == State.OK:
            yield from _rows()


def _rows() -> Iterator[Metric]:
    orders = GaugeMetricFamily(
        "shop_orders", "Orders that somebody or something has to deal with.", labels=["state"]
    )
    for state, rows in (
        ("unpaid", Order.objects.filter(status="pending")),
        ("to_send", Order.objects.filter(status="paid", sent_at=None)),
        ("to_review", Order.objects.exclude(review_cause="")),
    ):
        orders.add_metric([state], rows.count())
    yield orders
    if settings.EMAIL_URL:  # without it they stay rows for good
        unsent = Mail.objects.filter(sent_at=None, gave_up_at=None).count()
        yield GaugeMetricFamily("shop_mails_unsent", "Mails that are not sent yet.", value=unsent)
    setbacks = Setback.objects.count()
    yield GaugeMetricFamily("shop_setbacks", "Rows that the worker could not finish.", value=setbacks)
