"""Odd requests, some thousands a minute: made by a seeded generator, asked as a web server asks, without a browser's care.

Half of the forms begin with what the page's own form would send, and a few of its values are changed. So a request gets
as far as a view that saves. Values come from a pool that hypothesis draws, and from the kinds that once broke something.
"""

import contextlib
import json
import random
import traceback
from dataclasses import dataclass, field, replace
from io import BytesIO
from urllib.parse import quote, urlencode

from django.contrib.auth.models import User
from django.core.signals import got_request_exception
from django.db import connection
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from config.staff.roles import ship_roles
from tests.support.hostile import HEADERS, VALUES, addresses, names_read
from tests.support.staff import fields_of, signed_in
from tests.support.strangers import Strangers

METHODS = ["GET"] * 5 + ["POST"] * 6 + ["HEAD", "PUT", "OPTIONS", "DELETE", "PATCH", "TRACE", "get", "²"]
WHO = [""] * 7 + ["Writer", "Marketing", "Orders", "Owner", "Owner"]
TYPES = ["application/json", "text/plain", "application/x-www-form-urlencoded", "application/csp-report", "multipart/form-data; boundary=b", ""]  # fmt: skip
NEVER = ("logout", "password", "admin/auth/user")  # ends or changes those who ask
TOKEN = "a" * 32
ROUND = 500  # requests; then everybody signs in again, since some requests end sessions


def pool(seed_of: int, size: int = 3000) -> list[str]:
    """Values of every shape that hypothesis thinks of, as text."""
    found: list[str] = []
    shapes = st.one_of(
        st.text(max_size=40), st.integers().map(str), st.floats().map(str), st.dates().map(str), st.datetimes().map(str),
        st.binary(max_size=30).map(lambda raw: raw.decode("latin-1")), st.decimals().map(str), st.ip_addresses().map(str),
        st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda one: st.lists(one, max_size=3) | st.dictionaries(
            st.text(max_size=5), one, max_size=3), max_leaves=6).map(json.dumps),
        st.text(st.characters(categories=["Nd", "No", "Nl", "Cf", "Mn", "Zs"]), max_size=12),
    )  # fmt: skip

    @seed(seed_of)
    @settings(max_examples=size, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(shapes)
    def draw(value):
        found.append(value)

    draw()
    return found


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: tuple = ()
    body: bytes = b""
    form: tuple = ()
    who: str = ""
    more: dict = field(default_factory=dict)

    def environ(self, cookies: str) -> dict:
        body = self.body or urlencode(self.form, errors="replace").encode()
        kind = (
            {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
            if self.form or self.method == "POST"
            else {}
        )
        cookie = "; ".join(part for part in (f"csrftoken={TOKEN}", cookies, self.more.get("HTTP_COOKIE")) if part)  # fmt: skip
        return {
            "REQUEST_METHOD": self.method, "PATH_INFO": self.path.encode("utf-8", "replace").decode("latin-1"),
            "QUERY_STRING": urlencode(self.query, errors="replace"), "SCRIPT_NAME": "", "HTTP_HOST": "127.0.0.1",
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body)), "HTTP_X_CSRFTOKEN": TOKEN,
            "HTTP_SEC_FETCH_SITE": "same-origin", **kind, **self.more, "HTTP_COOKIE": cookie,
        }  # fmt: skip


class Generator:
    """`ask` sends one request and returns its status; what was wrong with it stands in `why`."""

    def __init__(self, number: int) -> None:
        from config.wsgi import application

        self.application, self.dice, self.why = application, random.Random(number), ""
        self.shop = Strangers()
        self.odd = [*VALUES, *pool(number)]
        self.names = names_read()
        self.routes = [route for route in addresses() if not any(word in route for word in NEVER)]
        self.forms: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.cookies: dict[str, str] = {}
        self.count = 0
        got_request_exception.connect(self._remember)

    def _remember(self, **kwargs) -> None:
        self.why = traceback.format_exc()

    def sign_in(self) -> None:
        """Everybody who asks, with the rights of their role, whatever was done to people and roles meanwhile."""
        ship_roles()
        people = [role.lower() for role in {*WHO} - {""}]
        User.objects.filter(username__in=people).update(is_active=True, is_staff=True, is_superuser=False)
        self.cookies = {"": ""}
        for role in {*WHO} - {""}:
            cookies = signed_in(role).cookies.values()
            self.cookies[role] = "; ".join(f"{row.key}={row.value}" for row in cookies)

    def value(self) -> str:
        made = self.dice.choice(self.odd)
        if self.dice.random() < 0.15:
            made += self.dice.choice(self.odd)
        return made[:20_000]

    def address(self) -> str:
        route = self.dice.choice(self.routes)
        values = {} if self.dice.random() < 0.75 else {self.dice.choice(["pk", "slug", "region", "token", "code", "number", "object_id", "key", "word"]): self.value()}  # fmt: skip
        parts = route.split("/")
        model = f"{parts[1]}.{parts[2]}" if "<object_id>" in route and "object_id" not in values else ""
        with contextlib.suppress(LookupError, AttributeError):
            return self.shop.address(route, model, **values).partition("?")[0]
        return self.shop.address(route, **values).partition("?")[0]

    def form(self, path: str, who: str) -> list[tuple[str, str]]:
        """What the page's own form would send; asked for once."""
        key = (path, who)
        if key not in self.forms and len(self.forms) < 3000:
            status, page = self.send(Asked("GET", path, who=who))
            found = fields_of(page.decode("utf-8", "replace")) if status == 200 and b"<form" in page else {}
            flat = [(name, value) for name, many in found.items() for value in (many if isinstance(many, list) else [many])]  # fmt: skip
            self.forms[key] = [row for row in flat if row[0] not in ("post", "csrfmiddlewaretoken")]
        return list(self.forms.get(key, []))

    def pairs(self, most: int) -> list[tuple[str, str]]:
        return [(self.dice.choice(self.names), self.value()) for _ in range(self.dice.randint(0, most))]

    def next(self) -> Asked:
        dice = self.dice
        method, who, path = dice.choice(METHODS), dice.choice(WHO), self.address()
        if path.startswith("/admin") and dice.random() < 0.8:
            who = who or "Owner"
        query = self.pairs(5) if dice.random() < 0.5 else []
        form: list[tuple[str, str]] = []
        body, more = b"", {"REMOTE_ADDR": f"198.51.{dice.randint(0, 255)}.{dice.randint(0, 255)}"}
        if method in ("POST", "PUT", "PATCH"):
            form = self.form(path, who) if dice.random() < 0.6 else self.pairs(6)
            for _ in range(dice.randint(0, 4) if form else 0):
                place = dice.randrange(len(form))
                form[place] = (form[place][0], self.value())
            if form and dice.random() < 0.1:
                form += dice.sample(form, 1)
            if dice.random() < 0.12:
                body = self.body(form)
                more["CONTENT_TYPE"] = dice.choice(TYPES)
        if dice.random() < 0.12:
            more |= dice.choice(HEADERS)
        return Asked(method, path, tuple(query), body, () if body else tuple(form), who, more)

    def body(self, form) -> bytes:
        dice, value = self.dice, self.value()
        name = form[0][0] if form else "file"
        part = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{value}"\r\n\r\n{value}\r\n--b--\r\n'
        return dice.choice([
            json.dumps(dict(form)).encode("utf-8", "replace"), value.encode("utf-8", "replace"), part.encode("utf-8", "replace"),
            dice.randbytes(dice.randint(1, 300)), b"[" * 2000, b'{"type":' + json.dumps(value).encode() + b"}",
        ])  # fmt: skip

    def send(self, asked: Asked) -> tuple[int, bytes]:
        self.why, found = "", []
        try:
            answer = self.application(asked.environ(self.cookies.get(asked.who, "")), lambda status, head: found.append(status))  # fmt: skip
            try:
                page = b"".join(answer)
            finally:
                getattr(answer, "close", bool)()
        except Exception:
            self.why = traceback.format_exc()
            return 500, b""
        return int(found[0].split()[0]), page

    def ask(self) -> tuple[int, Asked]:
        if self.count % ROUND == 0:
            self.sign_in()
        self.count += 1
        asked = self.next()
        return self.send(asked)[0], asked

    def smaller(self, asked: Asked) -> Asked:
        """The same failure with less in it."""
        for less in _less(asked):
            if self.send(less)[0] >= 500:
                return self.smaller(less)
        return asked


def _less(asked: Asked):
    for name in [name for name in asked.more if name != "REMOTE_ADDR"]:
        yield replace(asked, more={key: value for key, value in asked.more.items() if key != name})
    if len(asked.query) > 1:
        yield replace(asked, query=())
    if asked.who:
        yield replace(asked, who="")
    for place in range(len(asked.query)):
        yield replace(asked, query=asked.query[:place] + asked.query[place + 1 :])
    half = len(asked.form) // 2
    if half:
        yield replace(asked, form=asked.form[:half])
        yield replace(asked, form=asked.form[half:])
    for place in range(len(asked.form)):
        yield replace(asked, form=asked.form[:place] + asked.form[place + 1 :])


def database() -> str:
    return connection.vendor


def in_words(asked: Asked) -> str:
    return f"{asked.method} {quote(asked.path)} of {asked.who or 'a stranger'}; query {asked.query}; form {asked.form}; body {asked.body[:200]!r}; {asked.more}"  # fmt: skip
