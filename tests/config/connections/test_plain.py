"""Requests that we read ourselves mean to gunicorn's own parser exactly the same; all others are left to it."""

import random
import socket

import pytest
from gunicorn.config import Config
from gunicorn.http import RequestParser, wsgi

from config.connections.plain import MOST, answer_of, environ_of

BROWSER = (
    b"GET /uk/shop/?sort=price HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux) Gecko\r\n"
    b"Accept: text/html,*/*;q=0.8\r\nAccept-Encoding: gzip, br\r\nCookie: look=night; sessionid=abc\r\n"
    b'If-None-Match: "4f-gz"\r\nConnection: keep-alive\r\nSec-Fetch-Site: none\r\nDNT: 1\r\n\r\n'
)
PROXIED = (
    b"HEAD /eu/ HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"
)
SAMPLES = [BROWSER, PROXIED, b"GET / HTTP/1.1\r\nhost:a\r\n\r\n"]


def of_gunicorn(sent: bytes, *, is_forwarded: bool) -> dict | None:
    """The environ that its parser makes of what was sent; None where it refuses, or where something is left over."""
    config = Config()
    config.set("forwarded_allow_ips", "*" if is_forwarded else "9.9.9.9")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(sent)
        theirs.shutdown(socket.SHUT_WR)
        parser = RequestParser(config, ours, ("1.2.3.4", 5))
        try:
            request = next(parser)
        except Exception:
            return None
        _, environ = wsgi.create(request, ours, ("1.2.3.4", 5), ("127.0.0.1", 80), config)
        assert not request.should_close(), "an answer would say that the connection ends"
        if request.body.read() or parser.unreader.read():
            return None
        return environ


def changed(sent: bytes, dice: random.Random) -> bytes:
    """Some bytes of it taken away, doubled, or put in, of those that mean something."""
    odd = [b"\r", b"\n", b"\r\n", b"\r\n\r\n", b":", b" ", b"\t", b"\0", b"#", b"?", b"%41", b"_", b"\xe9", b"//", b"\\", b"@",
           b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: b\r\n", b"Connection: close\r\n", b"HTTP/1.0",
           b"X_Forwarded_Proto: https\r\n", b"X-Forwarded-Ssl: on\r\n", b"Upgrade: h2c\r\n", b"Expect: 100-continue\r\n",
           b"http://b/", b"a\r\n", b" a: b\r\n", b"POST", b"Script-Name: /uk\r\n", b"keep-alive, close"]  # fmt: skip
    lines = [at + 2 for at in range(len(sent)) if sent.startswith(b"\r\n", at)]
    for _ in range(dice.randint(1, 3)):
        place = dice.choice([dice.randrange(len(sent) + 1), dice.choice(lines)])
        way = dice.random()
        if way < 0.2:
            sent = sent[:place] + sent[place + dice.randint(1, 6) :]
        elif way < 0.3:
            sent = sent[:place] + sent[max(0, place - 5) :]
        else:
            sent = sent[:place] + dice.choice(odd) + sent[place:]
    return sent


@pytest.mark.no_database
@pytest.mark.parametrize("is_forwarded", [True, False])
@pytest.mark.parametrize("sent", SAMPLES)
def test_what_browsers_and_our_proxy_send_is_read(sent, is_forwarded):
    found = environ_of(sent, is_forwarded=is_forwarded)
    if sent is PROXIED and not is_forwarded:
        assert found is None, "whoever is no proxy of ours says nothing about the scheme"
    else:
        known = of_gunicorn(sent, is_forwarded=is_forwarded)
        assert found == {key: known[key] for key in found}


@pytest.mark.slow
@pytest.mark.no_database
def test_nothing_is_read_otherwise_than_by_gunicorn():
    """Ten thousand requests gone wrong: what we read at all, it reads the same, to the last byte."""
    dice, read = random.Random(4), 0
    for _ in range(10_000):
        sent, is_forwarded = changed(dice.choice(SAMPLES), dice), dice.random() < 0.5
        found = environ_of(sent, is_forwarded=is_forwarded)
        if found is None:
            continue
        read += 1
        known = of_gunicorn(sent, is_forwarded=is_forwarded)
        assert known is not None, sent
        assert found == {key: known.get(key) for key in found}, sent
        headers = {key for key in known if key.startswith(("HTTP_", "CONTENT_"))}
        assert headers <= found.keys(), sent
    assert 750 < read < 7500


@pytest.mark.no_database
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        BROWSER[:-1],
        BROWSER + b"GET",
        BROWSER * 2,
        BROWSER.replace(b"GET", b"POST"),
        BROWSER.replace(b"1.1", b"1.0"),
        BROWSER.replace(b"keep-alive", b"close"),
        BROWSER.replace(b"Host", b"Hosts"),
        BROWSER.replace(b"DNT: 1", b"Host: other"),
        BROWSER.replace(b"DNT: 1", b"Content-Length: 0"),
        BROWSER.replace(b"DNT: 1", b"Transfer-Encoding: chunked"),
        BROWSER.replace(b"DNT: 1", b"DNT: 1\n folded"),
        BROWSER.replace(b"/uk/shop/", b"/uk/%73hop/"),
        BROWSER.replace(b"/uk/shop/", b"http://b/uk/shop/"),
        BROWSER.replace(b"DNT: 1", b"A: " + b"x" * MOST),
        PROXIED.replace(b"https", b"HTTPS"),
    ],
)
def test_what_is_not_plain_is_left_to_gunicorn(sent):
    assert environ_of(sent, is_forwarded=True) is None


@pytest.mark.no_database
def test_an_answer_is_put_together_as_gunicorn_does():
    text = answer_of("200 OK", [("Content-Length", "2"), ("ETag", '"é"')], b"ok", server="gunicorn").decode(
        "latin-1"
    )
    first, server, date, *rest = text.split("\r\n")
    assert (first, server) == ("HTTP/1.1 200 OK", "Server: gunicorn")
    assert date.startswith("Date: ")
    assert date.endswith(" GMT")
    assert rest == ["Connection: keep-alive", "Content-Length: 2", 'ETag: "é"', "", "ok"]
