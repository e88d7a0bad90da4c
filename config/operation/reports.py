"""Errors to a service that speaks Sentry's protocol, if SENTRY_DSN names one. Nothing personal goes there."""

from typing import Any

import sentry_sdk
from django.conf import settings

from config.operation.logs import impersonal
from config.operation.requests import current


def begin() -> None:
    if settings.SENTRY_DSN:
        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            environment=settings.PAYMENT_MODE,
            data_collection={"user_info": False, "http_bodies": []},
            include_local_variables=False,  # they hold names, addresses, cards of the sandbox
            max_request_body_size="never",
            max_breadcrumbs=0,
            traces_sample_rate=0,
            before_send=without_persons,
        )


def without_persons(event: Any, hint: dict[str, Any] | None = None) -> Any:
    """The event without cookies, headers, queries, users, mail addresses and whatever looks like a token."""
    request = event.get("request") or {}
    event["request"] = {key: request[key] for key in ("method", "url") if key in request}
    if "url" in event["request"]:
        event["request"]["url"] = impersonal(event["request"]["url"].split("?")[0])
    for key in ("user", "breadcrumbs", "server_name"):
        event.pop(key, None)
    for part in (event.get("exception") or {}).get("values") or []:
        part["value"] = impersonal(str(part.get("value") or ""))
    if "logentry" in event:
        event["logentry"] = {"message": impersonal(str(event["logentry"].get("message") or ""))}
    event["extra"] = {}
    event["tags"] = {**(event.get("tags") or {}), "request_id": current.get()}
    return event
