"""A steady load: shoppers who look round, fill a basket, order and pay, and try again as people do when something fails.

Each comes from an address of its own, so that no limit counts them as one. All that they were answered is kept.
"""

import http.client
import itertools
import random
import re
import ssl
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

PAGES = ("/uk/", "/uk/shop/", "/uk/shop/magnesium-citrate-capsules/", "/uk/articles/",
         "/uk/articles/citrate-glycinate-oxide-label-guide/", "/uk/search/?q=citrate", "/us/shop/", "/eu/")  # fmt: skip
PACK = "/uk/shop/magnesium-citrate-capsules/"
ADDRESS = {"name": "Ada Lovelace", "country": "GB", "line1": "1 High Street", "line2": "", "town": "Leeds",
           "postcode": "LS1 4AP"}  # fmt: skip
CARD = {"number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123"}
AGAIN_AFTER = 0.4  # seconds until somebody presses reload
PATIENCE = 60.0  # seconds that a request may take
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Asked:
    """One request and what came of it. Moments are of `time.monotonic`; `status` 0: no answer."""

    began: float
    ended: float
    method: str
    path: str
    status: int

    @property
    def is_bad(self) -> bool:
        return self.status == 0 or self.status >= 400


@dataclass
class Crowd:
    """What all shoppers have in common."""

    base: str
    asked: list[Asked] = field(default_factory=list)
    paid: dict[str, float] = field(default_factory=dict)  # by mail address: when the shop said thank you
    gave_up: dict[str, str] = field(default_factory=dict)  # by mail address: what they saw last
    closing: threading.Event = field(default_factory=threading.Event)
    shoppers: list[threading.Thread] = field(default_factory=list)

    def come(self, number: int) -> None:
        for one in range(number):
            thread = threading.Thread(target=self._shop_on, args=(one,), daemon=True)
            self.shoppers.append(thread)
            thread.start()

    def _shop_on(self, one: int) -> None:
        while not self.closing.is_set():
            Shopper(self, random.Random(f"{one} {len(self.paid)}")).shop()

    def leave(self, within: float) -> None:
        """Everybody ends the purchase that they have begun."""
        self.closing.set()
        until = time.monotonic() + within
        for thread in self.shoppers:
            thread.join(max(until - time.monotonic(), 0))
        self.gave_up |= {"somebody": "still trying"} if any(one.is_alive() for one in self.shoppers) else {}


class Lost(Exception):
    """The shopper does not know how to go on."""


class Shopper:
    """Without JavaScript; sends a form again when no answer came, as a browser does when asked."""

    def __init__(self, crowd: Crowd, chance: random.Random):
        self.crowd, self.chance, self.cookies = crowd, chance, {}
        number = next(_numbers)
        self.email = f"shopper{number}@example.org"
        self.comes_from = f"127.0.{1 + number // 250}.{1 + number % 250}"
        self.where = urlsplit(crowd.base)

    def shop(self) -> None:
        """From the first page to “Thank you”."""
        seen = ""
        try:
            for _ in range(3):
                self.get(self.chance.choice(PAGES))
            self.fill_basket()
            address = self.order()
            seen = self.pay(address)
            if "Thank you" not in seen:
                raise Lost(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", seen))[:200])
            self.crowd.paid[self.email] = time.monotonic()
        except Lost as lost:
            self.crowd.gave_up[self.email] = str(lost)

    def fill_basket(self) -> None:
        def add():
            form = _hidden(self.get(PACK), "/uk/basket/add/")
            self.send("/uk/basket/add/", {**form, "variant": "CIT-CAP-90", "quantity": "1"})
            return "CIT-CAP-90" in self.get("/uk/basket/") or "/uk/checkout/" in self.get("/uk/basket/")

        self.until(add)

    def order(self) -> str:
        """The address of the payment page. Half of those who get no answer send the same form again, the others begin anew."""

        def ask():
            if not page.get("form") or self.chance.random() < 0.5:
                text = self.get("/uk/checkout/")
                page["form"] = _hidden(text, "/uk/checkout/") if 'name="line1"' in text else None
            if not page["form"]:
                return None
            _, to, _ = self.send("/uk/checkout/", {**page["form"], **ADDRESS, "email": self.email})
            return to if "/sandbox/pay/" in to else None

        page: dict = {}
        return self.until(ask)

    def pay(self, address: str) -> str:
        """The page of the order once it says that it is paid, or the last that was seen."""

        def ask():
            status, to, text = self.ask("GET", address)
            if status == 200:
                form = _hidden(text, urlsplit(address).path)
                status, to, text = self.ask("POST", address, {**form, **CARD})
            return to if "/orders/" in to else None

        back = self.until(ask)
        return self.until(lambda: text if "Thank you" in (text := self.get(back)) else None)

    def until(self, step):
        """What a step answers, tried again until it does; somebody gives up after two minutes."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            done = step()
            if done:
                return done
            time.sleep(AGAIN_AFTER)
        raise Lost(f"at {step.__qualname__}")

    def get(self, path: str) -> str:
        """The page, reloaded until it comes."""
        for _ in range(150):
            status, to, text = self.ask("GET", path)
            if status == 200:
                return text
            if to:
                path = to
                continue
            time.sleep(AGAIN_AFTER)
        raise Lost(f"no page at {path}")

    def send(self, path: str, form: dict) -> tuple[int, str, str]:
        return self.ask("POST", path, form)

    def ask(self, method: str, url: str, form: dict | None = None) -> tuple[int, str, str]:
        """(status, where it leads, text); status 0 where nothing came."""
        parts, began = urlsplit(url), time.monotonic()
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        status, to, text = 0, "", ""
        try:
            connection = self._connection()
            try:
                connection.request(method, path, urlencode(form) if form else None, self._headers(form))
                answer = connection.getresponse()
                text, status = answer.read().decode(errors="replace"), answer.status
                to = answer.headers.get("Location", "")
                self._keep(answer.headers.get_all("Set-Cookie") or [])
            finally:
                connection.close()
        except (OSError, http.client.HTTPException):
            pass
        self.crowd.asked.append(Asked(began, time.monotonic(), method, parts.path, status))
        return status, to, text

    def _connection(self):
        given = {"timeout": PATIENCE, "source_address": (self.comes_from, 0)}
        if self.where.scheme == "http":
            return http.client.HTTPConnection(self.where.hostname, self.where.port, **given)
        trusting = ssl._create_unverified_context()
        return http.client.HTTPSConnection(self.where.hostname, self.where.port, context=trusting, **given)

    def _headers(self, form: dict | None) -> dict:
        headers = {
            "User-Agent": "Mozilla/5.0",
            "Accept-Encoding": "identity",
            "Sec-Fetch-Site": "same-origin",
        }
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.crowd.base}
            headers |= {"Referer": self.crowd.base + "/"}
        return headers

    def _keep(self, cookies: list[str]) -> None:
        for line in cookies:
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name.strip()] = value


def _hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to `action`."""
    forms = (form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'action="{action}"' in form)
    form = next(forms, page)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
