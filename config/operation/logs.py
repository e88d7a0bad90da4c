"""How a line of the log is written: with the id of its request, and without mail addresses and secrets.

Both may stand in what an exception says, or in an address that was not found.
"""

import logging
import re

from pythonjsonlogger.json import JsonFormatter

from config.operation.requests import current
from shop.text.addresses import without_addresses

# What opens an order, a preview or an alert (shop.web.tokens): long, with a digit, or longer with letters of both kinds.
# Names of functions and constraints have neither as a rule, so traces stay readable.
SECRET = re.compile(
    r"(?<![\w-])(?:(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}|(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{30,})"
)


def impersonal(text: str) -> str:
    return SECRET.sub("…", without_addresses(text))


class LineFormatter(logging.Formatter):
    """The id is put in last, since one that a proxy gave looks like a secret."""

    def format(self, record: logging.LogRecord) -> str:
        return impersonal(super().format(record)).replace("[request]", f"[{current.get()}]", 1)


class ObjectFormatter(JsonFormatter):
    """One JSON object a line; `request_id` and the figures of an answer are fields of it. Objects that a line was given,
    such as Django's request with its whole address, are left out.
    """

    def process_log_record(self, log_data):
        said = {
            name: impersonal(value) if isinstance(value, str) and name != "time" else value
            for name, value in super().process_log_record(log_data).items()
            if isinstance(value, str | int | float)
        }
        return {**said, "request_id": current.get()}
