"""What browsers report of the policy: both formats are taken, nothing is believed, and little is kept."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.operation import violations
from config.operation.models import Violation
from config.operation.violations import forget_violations, violations_in
from tests.conftest import a_shopper
from tests.support.factories import an_order
from tests.support.staff import signed_in

HERE = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"
PRODUCT = f"{SITE}/uk/shop/magnesium-citrate-capsules/?utm_source=ada@example.org"
STRANGE = "https://cdn.evil.example/x.js?ada=1"


def old(directive="script-src-elem", blocked=STRANGE, page=PRODUCT, **more):
    """As Firefox and Safari send it to report-uri."""
    return {"csp-report": {"document-uri": page, "effective-directive": directive, "violated-directive": directive,
                           "blocked-uri": blocked, "referrer": "https://mail.example/ada", "script-sample": "ada()",
                           "original-policy": "default-src 'none'", "status-code": 200, **more}}  # fmt: skip


def new(directive="script-src-elem", blocked=STRANGE, page=PRODUCT, **more):
    """As Chromium sends it to report-to."""
    body = {"documentURL": page, "effectiveDirective": directive, "blockedURL": blocked, "referrer": "https://mail.example/ada",
            "disposition": "enforce", "sample": "ada()", "statusCode": 200, **more}  # fmt: skip
    return {"type": "csp-violation", "age": 10, "url": page, "user_agent": "Ada/1.0", "body": body}


def send(body, kind="application/reports+json", **more):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = a_shopper().generic("POST", "/csp-reports/", body, kind, HTTP_HOST="127.0.0.1:8000", **more)
    assert (answer.status_code, answer.content) == (204, b"")
    assert not answer.cookies
    return answer


def rows():
    return list(Violation.objects.order_by("pk").values_list("directive", "blocked", "page", "hits"))


def found(*reports):
    return violations_in(json.dumps(list(reports)).encode(), "127.0.0.1:8000")


@HERE
def test_both_formats_count_in_one_row_and_nothing_of_the_visitor_is_kept():
    for _ in range(2):
        send(old(), "application/csp-report")
    send([new(), new(), new("img-src", "data")])
    assert rows() == [
        ("script-src-elem", "cdn.evil.example", "catalogue:product", 3),
        ("img-src", "data:", "catalogue:product", 1),
    ]
    today = timezone.localdate()
    assert set(Violation.objects.values_list("first_on", "last_on")) == {(today, today)}


@HERE
def test_the_address_of_an_order_is_not_kept():
    order = an_order()
    send(old("img-src", page=f"{SITE}{order.get_absolute_url()}"), "application/csp-report")
    [row] = rows()
    assert row == ("img-src", "cdn.evil.example", "checkout:order", 1)
    assert order.token not in str(Violation.objects.values())


@pytest.mark.parametrize(
    ("told", "kept"),
    [("inline", "inline"), ("eval", "eval"), ("https://CDN.evil.example./a", "cdn.evil.example"), (f"{SITE}/x", "self"),
     ("blob", "blob:"), ("data", "data:"), ("wss://a.example", "a.example"), ("http://192.168.1.20/x", "a bare IP address"),
     ("http://[2001:db8::1]/", "a bare IP address"), ("https://ada-1815-lovelace.a.example", "*.a.example"),
     ("https://9f86d081884c7d659a2f.track.example", "*.track.example"), ("https://u1234567.a.example", "*.a.example"),
     ("https://ada:secret@a.example/x", "a.example"), ("https://a.b.c.d.e.f.example", "d.e.f.example")],
)  # fmt: skip
def test_what_was_blocked_is_kept_as_a_word_or_a_host(told, kept):
    assert found(new(blocked=told)) == {("script-src-elem", kept, "catalogue:product")}


@pytest.mark.parametrize(
    "report",
    [new(blocked="chrome-extension"), new(blocked="moz-extension://a-b/x.js"), new(blocked="safari-web-extension://a"),
     new(blocked="about"), new(blocked="about:blank"), new("font-src", "data"), new("style-src-elem", "data:text/css,a"),
     new(blocked="inline", sourceFile="chrome-extension"), new(sourceFile="moz-extension://a/b.js"),
     old(blocked="inline", **{"source-file": "safari-extension://a"}), new(blocked="kaspersky:x"), new(blocked="resource:x")],
)  # fmt: skip
def test_what_extensions_of_the_browser_do_is_left_out(report):
    assert found(report) == set()


@pytest.mark.parametrize("source", ["", f"{SITE}/static/a.js", "https://cdn.evil.example/x.js"])
def test_what_pages_do_is_counted(source):
    assert found(new(blocked="inline", sourceFile=source))


def test_an_older_browser_names_the_directive_with_its_sources():
    report = old()
    del report["csp-report"]["effective-directive"]
    report["csp-report"]["violated-directive"] = "img-src 'self' data:"
    assert found(report) == {("img-src", "cdn.evil.example", "catalogue:product")}


@pytest.mark.parametrize(
    "report",
    [new(directive="x" * 300), new(directive="'; drop table"), new(page="https://elsewhere.example/uk/"), new(page="javascript:1"),
     new(page="http://[bad"), new(blocked="https://[bad"), new(blocked="https://\u2100.example"), new(blocked="https://a\0b.example/"),
     new(blocked="https://a\u202eb.example"), new(blocked="https://\ud800.example"), new(blocked="https://" + "a" * 400),
     new(blocked="https://[v1.ada:<script>]/"), new(blocked=""), new(blocked=None), new(directive=["img-src"]), new(page={"a": 1}), new(page=f"{SITE}/{'a' * 3000}"),
     {"type": "csp-violation", "body": "x"}, {"type": "csp-violation"}, {"csp-report": [1]}, {"csp-report": None},
     {"type": ["csp-violation"], "body": {}}, {"type": "deprecation", "body": {"id": "x"}}, {}, [], 1, None, "x", [[old()]]],
    ids=str,
)  # fmt: skip
def test_odd_reports_are_nothing(report):
    assert found(report) == set()
    assert violations_in(json.dumps(report).encode(), "127.0.0.1:8000") == set()


def test_an_address_that_leads_nowhere_is_kept_without_its_path():
    assert found(new(page=f"{SITE}/ada@example.org/\0")) == {
        ("script-src-elem", "cdn.evil.example", "no page")
    }


@HERE
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"\0", b"null", b"[" * 16_000, b'{"a":' * 3000, b"1" * 9000, b"NaN", b'"\\ud800"',
     b"[" + b"{}," * 5000 + b"{}]", json.dumps([new()] * 200).encode(), json.dumps([new()] * 20).encode() + b"x"],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
@pytest.mark.parametrize("kind", ["application/reports+json", "application/csp-report; charset=hex"])
def test_odd_bodies_are_answered_and_leave_nothing(body, kind):
    send(body, kind)
    assert rows() == []


@HERE
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", ""]
)
def test_what_any_other_site_could_send_is_not_read(kind):
    send([new()], kind)
    assert rows() == []


@HERE
def test_of_one_body_a_handful_is_read():
    send([new(blocked=f"https://{letter}.example") for letter in "abcdefghijklmnopqrstuvwxyz"])
    assert len(rows()) == violations.AT_ONCE


@HERE
def test_one_network_reports_so_much_and_no_more(monkeypatch):
    monkeypatch.setattr(violations, "OF_ONE_NETWORK", 3)
    for _ in range(5):
        send([new()], REMOTE_ADDR="2001:db8::1")
    send([new()], REMOTE_ADDR="2001:db8::2")
    assert rows()[0][3] == 3
    send([new()], REMOTE_ADDR="2001:db8:1::1")
    assert rows()[0][3] == 4, "somebody else is still heard"


@HERE
def test_made_up_reports_fill_no_table_and_what_is_known_still_counts(monkeypatch):
    monkeypatch.setattr(violations, "NEW_AN_HOUR", 3)
    for letter in "abcdef":
        send([new(blocked=f"https://{letter}.example")])
    send([new(blocked="https://a.example")])
    assert [(row[1], row[3]) for row in rows()] == [("a.example", 2), ("b.example", 1), ("c.example", 1)]


@HERE
@pytest.mark.parametrize(
    "body", [b"{", [new(blocked="about")], [new()]], ids=["odd", "of the browser", "once too often"]
)
def test_what_counts_for_nothing_writes_nothing(body, monkeypatch):
    monkeypatch.setattr(violations, "OF_ONE_NETWORK", 1)
    send([new()])
    with CaptureQueriesContext(connection) as asked:
        send(body)
    assert [row["sql"] for row in asked if not row["sql"].startswith("SELECT")] == []


@HERE
def test_a_database_that_is_away_is_nothing_to_the_browser(monkeypatch):
    from django.db import DatabaseError

    def away(*args, **more):
        raise DatabaseError("away")

    monkeypatch.setattr(violations, "too_often", away)
    send([new()])


@HERE
def test_rows_go_after_three_months_and_the_least_beyond_the_most(monkeypatch):
    today = timezone.localdate()
    for number, age in enumerate((91, 90, 0)):
        day = today - timedelta(days=age)
        Violation.objects.create(directive="img-src", blocked=f"{number}.example", page="home", last_on=day)
    assert forget_violations() == 1
    Violation.objects.filter(blocked="2.example").update(hits=5)
    monkeypatch.setattr(violations, "MAX_ROWS", 1)
    assert forget_violations() == 1
    assert [row[1] for row in rows()] == ["2.example"]


@HERE
def test_the_owner_reads_them_and_nobody_else_of_the_staff():
    Violation.objects.create(directive="img-src", blocked="a.example", page="catalogue:product", hits=12)
    page = signed_in("Owner").get("/admin/operation/violation/").content.decode()
    assert all(word in page for word in ("img-src", "a.example", "catalogue:product", "12"))
    for role in Group.objects.exclude(name="Owner").values_list("name", flat=True):
        assert signed_in(role).get("/admin/operation/violation/").status_code == 403, role


@HERE
def test_nobody_changes_them():
    row = Violation.objects.create(directive="img-src", blocked="a.example", page="home")
    owner = signed_in("Owner")
    for page in ("add/", f"{row.pk}/delete/"):
        assert owner.post(f"/admin/operation/violation/{page}", {"post": "yes"}).status_code == 403
    owner.post(f"/admin/operation/violation/{row.pk}/change/", {"blocked": "b.example"})
    assert rows() == [("img-src", "a.example", "home", 1)]


@pytest.fixture
def over_tls(settings):
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**policy, "report-to": ["csp"]}}


@HERE
@pytest.mark.parametrize("path", ["/", "/uk/", "/admin/login/", "/nowhere/"])
def test_without_tls_pages_name_the_older_way_alone(path):
    """Chromium sends nothing to the newer one then, and where a page names it, nothing to the older one either."""
    answer = a_shopper().get(path)
    assert f"report-uri {reverse('csp_reports')}" in answer["Content-Security-Policy"]
    assert "report-to" not in answer["Content-Security-Policy"]
    assert "Reporting-Endpoints" not in answer


@HERE
@pytest.mark.usefixtures("over_tls")
@pytest.mark.parametrize(
    "path", ["/", "/uk/", "/uk/shop/", "/uk/basket/", "/nowhere/", "/uk/nowhere/", "/orders/none/", "/admin/login/", "/csp-reports/"]
)  # fmt: skip
def test_pages_say_where_to_report(path):
    for _ in range(2):  # drawn, and kept
        answer = a_shopper().get(path)
        policy = answer["Content-Security-Policy"].split("; ")
        assert "report-to csp" in policy
        assert f"report-uri {reverse('csp_reports')}" in policy
        assert answer["Reporting-Endpoints"] == f'csp="{reverse("csp_reports")}"'


@HERE
@pytest.mark.usefixtures("over_tls")
def test_a_kept_page_has_the_same_headers_for_all():
    drawn, kept = (a_shopper().get("/uk/shop/") for _ in range(2))
    for header in ("Content-Security-Policy", "Reporting-Endpoints"):
        assert drawn[header] == kept[header]


@HERE
@pytest.mark.usefixtures("over_tls")
@pytest.mark.parametrize("path", ["/admin/", "/admin/operation/violation/", "/admin/nowhere/"])
def test_staff_pages_say_it_too(path):
    answer = signed_in("Owner").get(path)
    assert "report-to csp" in answer["Content-Security-Policy"]
    assert answer["Reporting-Endpoints"] == 'csp="/csp-reports/"'


@HERE
@pytest.mark.usefixtures("over_tls")
def test_a_page_about_our_own_error_says_it_too(monkeypatch):
    def broken(*args, **more):
        raise RuntimeError("broken")

    monkeypatch.setattr("config.pages.plumbing.Region.all_open", broken)
    client = a_shopper()
    client.raise_request_exception = False
    answer = client.get("/robots.txt")
    assert answer.status_code == 500
    assert "report-to csp" in answer["Content-Security-Policy"]
    assert answer["Reporting-Endpoints"] == 'csp="/csp-reports/"'
