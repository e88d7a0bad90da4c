"""An id for each request, lines for programs, and figures: with nothing of a person in any."""

import json
import logging
from io import BytesIO

import pytest
import sentry_sdk
from django.conf import settings
from django.db import connection
from django.test import RequestFactory

from config import wsgi
from config.operation import metrics, reports
from config.operation.logs import LineFormatter, ObjectFormatter, impersonal
from config.operation.requests import current, watched
from shop.web.tokens import long_token, new_token
from tests.conftest import a_shopper
from tests.support.factories import an_order

pytestmark = pytest.mark.django_db
ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def connection_that_stays(monkeypatch):
    """A server ends what a request has used; the rows of a test stand in the one transaction of its connection."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


def environ(path="/healthz", **more):
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "HTTP_HOST": "127.0.0.1", "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(), **more,
    }  # fmt: skip


def ids(given, application=wsgi.application) -> list[str]:
    found = []
    b"".join(application(given, lambda status, headers: found.extend(headers)))
    return [value for name, value in found if name == "X-Request-ID"]


@pytest.mark.parametrize("path", ["/healthz", "/uk/", "/no-such-page/"])
def test_each_answer_has_an_id_of_its_own(path):
    (one,), (other,) = ids(environ(path)), ids(environ(path))
    assert one != other
    assert current.get() == "-"


GIVEN = ["4bf92f3577b34da6a3ce929d0e0e4736", "req-12345678", "0" * 64]
ODD = [
    "short",
    "0" * 65,
    "with blank in it",
    "<b>12345678",
    "12345678\r\nSet-Cookie: a",
    "ключ-ключ-ключ",
    "",
]


@pytest.mark.parametrize("given", GIVEN)
def test_the_proxys_own_id_is_kept_where_the_proxy_is_ours(given, settings):
    settings.TRUST_PROXY = True
    assert ids(environ(HTTP_X_REQUEST_ID=given)) == [given]
    settings.TRUST_PROXY = False
    assert ids(environ(HTTP_X_REQUEST_ID=given)) != [given]


@pytest.mark.parametrize("given", ODD)
def test_one_that_could_be_anything_is_replaced(given, settings):
    settings.TRUST_PROXY = True
    (found,) = ids(environ(HTTP_X_REQUEST_ID=given))
    assert found != given
    assert found.isalnum()


@pytest.mark.parametrize("kind", [LineFormatter, ObjectFormatter])
def test_a_line_of_the_log_names_the_request_it_belongs_to(kind):
    lines = []

    def application(environ, start_response):
        lines.append(written(kind, "told"))
        start_response("200 OK", [])
        return [b""]

    [request_id] = ids(environ(), watched(application))
    assert request_id in lines[0]


def test_a_line_about_an_answer_names_the_route_never_the_address(caplog):
    order = an_order()
    caplog.set_level(logging.INFO, logger="shop.requests")
    b"".join(
        wsgi.application(
            environ(order.get_absolute_url(), QUERY_STRING="email=ada@example.org"), lambda *_: None
        )
    )
    (record,) = [record for record in caplog.records if record.name == "shop.requests"]
    assert record.status == 200
    assert record.milliseconds > 0
    assert "<" in record.route
    for secret in (order.token, "ada@", "127.0.0.1"):
        assert secret not in record.getMessage()
        assert secret not in record.route


def written(kind, message, *args, error=None):
    """The line as settings have it written."""
    made = {**settings.LOGGING["formatters"][{LineFormatter: "line", ObjectFormatter: "json"}[kind]]}
    made.pop("()")
    what = {"msg": message, "args": args, "name": "shop", "levelname": "INFO", "exc_info": error}
    return kind(**made).format(logging.makeLogRecord(what))


@pytest.fixture
def within_a_request():
    token = current.set("4bf92f3577b34da6a3ce929d0e0e4736")
    yield
    current.reset(token)


@pytest.mark.usefixtures("within_a_request")
def test_a_line_for_programs_is_one_object():
    line = written(ObjectFormatter, "two\nlines")
    assert "\n" not in line
    said = json.loads(line)
    assert said["message"] == "two\nlines"
    assert said["request_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert {"time", "level", "logger"} <= set(said)


def test_what_django_gives_along_with_a_line_is_left_out():
    request = RequestFactory().get("/orders/?email=ada@example.org")
    made = ObjectFormatter("%(message)s")
    record = logging.makeLogRecord({"msg": "Not Found", "request": request, "status_code": 404})
    assert json.loads(made.format(record)) == {"message": "Not Found", "status_code": 404, "request_id": "-"}


PERSONAL = [
    "Not Found: /orders/Zx81kd93jdkQpWm2Zx81kd93jdkQpWm2/",
    "no order for ada+rls@mail.example.org",
    "to: <ada@example.org>",
]


@pytest.mark.usefixtures("within_a_request")
@pytest.mark.parametrize("kind", [LineFormatter, ObjectFormatter])
@pytest.mark.parametrize("message", PERSONAL)
def test_no_line_holds_an_address_or_what_opens_an_order(kind, message):
    try:
        raise ValueError(message)
    except ValueError as error:
        line = written(kind, message + " [request]", error=(type(error), error, error.__traceback__))
    for secret in ("Zx81", "ada"):
        assert secret not in line
    assert "ValueError" in line
    assert "test_no_line_holds_an_address_or_what_opens_an_order" in line
    assert "4bf92f3577b34da6a3ce929d0e0e4736" in line


@pytest.mark.parametrize(
    "text",
    ["payment_amount_is_positive", "shop.payments.receive", "2026-11-27 04:52:35,499", "unique_slot_2"],
)
def test_what_helps_to_find_an_error_stays(text):
    assert impersonal(text) == text


def test_tokens_of_every_kind_are_known():
    for token in [make() for make in (new_token, long_token) for _ in range(200)]:
        assert impersonal(f"/orders/{token}/") == "/orders/…/"


# --- figures ------------------------------------------------------------------------------------------------------


def scraped(**headers):
    return a_shopper().get("/metrics", headers=headers)


def test_figures_are_for_those_who_know_the_token(settings):
    settings.METRICS_TOKEN = ""
    assert scraped(authorization="Bearer ").status_code == 404
    settings.METRICS_TOKEN = "long random text"
    for header in ("", "Bearer", "Bearer wrong", "Basic long random text", "Bearer long random text "):
        assert scraped(authorization=header).status_code == 404, header


def test_figures_tell_what_waits(settings, monkeypatch):
    settings.METRICS_TOKEN = "long random text"
    monkeypatch.setattr(
        metrics, "MultiProcessCollector", lambda registry: None
    )  # its folder is named at start
    an_order()
    answer = scraped(authorization="Bearer long random text")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'shop_orders{state="unpaid"} 1.0' in text
    assert 'shop_part_state{part="database"} 0.0' in text
    assert 'shop_part_state{part="worker"} 1.0' in text
    assert "@" not in text


def test_the_way_to_answer_is_counted_by_route(settings, monkeypatch):
    settings.METRICS_TOKEN = "long random text"
    told = []
    monkeypatch.setattr(metrics, "count_answer", lambda *what: told.append(what[:3]))
    for path in ("/healthz", "/uk/", "/x/no/such/page/"):
        ids(environ(path))
    ids(environ("/uk/"))
    assert told == [
        ("/healthz", "GET", "200"), ("<slug:region>/", "GET", "200"), ("no route", "GET", "404"), ("kept page", "GET", "200"),
    ]  # fmt: skip


# --- reports of errors ------------------------------------------------------------------------------------------------

REPORT = {
    "request": {
        "method": "POST", "url": "https://shop.example/orders/Zx81kd93jdkQpWm2/?email=ada@example.org", "data": "card",
        "cookies": {"sessionid": "Zx81kd93jdkQpWm2"}, "headers": {"Cookie": "a=b"}, "query_string": "email=ada@example.org",
    },
    "user": {"ip_address": "192.0.2.7", "email": "ada@example.org"},
    "server_name": "web-1",
    "breadcrumbs": {"values": [{"message": "ada@example.org"}]},
    "extra": {"to": "ada@example.org"},
    "logentry": {"message": "mail to ada@example.org failed", "params": ["ada@example.org"]},
    "exception": {"values": [{"type": "ValueError", "value": "key Zx81kd93jdkQpWm2 of ada@example.org"}]},
}  # fmt: skip


def test_a_report_of_an_error_holds_nobody():
    event = reports.without_persons(json.loads(json.dumps(REPORT)))
    text = json.dumps(event)
    for secret in ("ada", "Zx81", "192.0.2.7", "Cookie", "card", "web-1"):
        assert secret not in text, secret
    assert event["request"] == {"method": "POST", "url": "https://shop.example/orders/…/"}
    assert event["exception"]["values"][0]["type"] == "ValueError"
    assert event["tags"]["request_id"] == "-"


@pytest.mark.parametrize("event", [{}, {"request": None}, {"exception": None}, {"exception": {"values": None}},
                                   {"logentry": {}}, {"exception": {"values": [{"value": None}]}}])  # fmt: skip
def test_a_report_of_any_shape_is_sent(event):
    assert reports.without_persons(event)["extra"] == {}


@pytest.mark.slow
def test_an_error_is_reported_once_with_its_trace_and_without_what_it_was_about(
    settings, monkeypatch, caplog
):
    caplog.set_level(logging.ERROR, logger="shop.test")

    sent = []
    settings.SENTRY_DSN = "http://key@127.0.0.1:1/1"

    class Kept(sentry_sdk.transport.Transport):
        def capture_envelope(self, envelope):
            sent.append(envelope)

    real = sentry_sdk.init
    monkeypatch.setattr(sentry_sdk, "init", lambda **what: real(transport=Kept, **what))
    try:
        reports.begin()
        try:
            raise ValueError(f"no order for {ADA}")
        except ValueError:
            logging.getLogger("shop.test").exception("could not send to %s", ADA)
    finally:
        real()
    (envelope,) = sent
    text = envelope.serialize().decode()
    assert "ValueError" in text
    assert "test_requests.py" in text
    assert "could not send to" in text
    assert ADA not in text


def test_without_the_setting_nothing_is_begun(settings, monkeypatch):
    monkeypatch.setattr(sentry_sdk, "init", lambda **what: pytest.fail("begun"))
    settings.SENTRY_DSN = ""
    reports.begin()
