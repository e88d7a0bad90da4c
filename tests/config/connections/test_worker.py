"""Whoever asks by halves keeps no thread from those who ask: on a real gunicorn with the threads of `make run`."""

import contextlib
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.connections.worker import PEEK, SMALL, is_whole
from tests.support.postgres import free_port

APP = """
def app(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    body += environ["SCRIPT_NAME"].encode() + (environ["PATH_INFO"].encode() if "w" in environ["PATH_INFO"] else b"")
    start_response("200 OK", [("Content-Length", str(len(body) + 2))])
    return [b"ok" + body]

def at_once(environ):
    size, fails = environ["PATH_INFO"].rpartition("/")[2], environ["QUERY_STRING"]
    if fails:
        raise ValueError(fails)
    body = b"k" * int(size) if size.isdigit() else None
    return body and ("200 OK", [("Content-Length", str(len(body)))], b"" if environ["REQUEST_METHOD"] == "HEAD" else body)

app.at_once = at_once
"""
KEPT = b"GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
OTHER = b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "whole"),
    [
        (b"", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\ncontent-length:3\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % SMALL, False),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (SMALL + 1), True),
        (b"POST / HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n", True),
        (b"a" * (PEEK - 1), False),
        (b"a" * PEEK, True),
    ],
)
def test_when_a_thread_begins(sent, whole):
    assert is_whole(sent) is whole


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("app"), free_port()
    (folder / "halves_app.py").write_text(APP)
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "gunicorn", "halves_app:app", "--bind", f"127.0.0.1:{port}", "--workers", "1",
               "--threads", "8", "--worker-class", "config.connections.worker.WholeRequests", "--pythonpath", f"{root},{folder}"]  # fmt: skip
    server = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield port
    server.terminate()
    assert server.wait(10) == 0


def opened(port) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 5)


def asked(port, request=b"GET / HTTP/1.0\r\n\r\n") -> tuple[bytes, float]:
    began = time.monotonic()
    with opened(port) as shopper:
        shopper.sendall(request)
        answer = b""
        while piece := shopper.recv(4096):
            answer += piece
    return answer.partition(b"\r\n\r\n")[2], time.monotonic() - began


HALVES = [b"", b"GET / HTTP/1.1\r\nA: b", b"POST / HTTP/1.1\r\nContent-Length: 3000\r\n\r\na", b"\r\n"]


@pytest.mark.slow
@pytest.mark.no_database
@pytest.mark.parametrize("half", HALVES)
def test_forty_who_ask_by_halves_are_not_noticed_by_a_shopper(port, half):
    others = [opened(port) for _ in range(40)]
    try:
        for one in others:
            one.sendall(half)
        time.sleep(0.2)
        for one in others[:20]:
            one.sendall(half[-1:])
        for _ in range(5):
            answer, seconds = asked(port)
            assert answer == b"ok"
            assert seconds < 1
    finally:
        for one in others:
            one.close()


@pytest.mark.slow
@pytest.mark.no_database
def test_what_comes_in_pieces_is_answered_when_it_is_whole(port):
    with opened(port) as shopper:
        for piece in (b"POST / HT", b"TP/1.1\r\nContent-Le", b"ngth: 5\r\n\r\nab", b"cde"):
            shopper.sendall(piece)
            time.sleep(0.1)
        assert answers(shopper, 1) == [b"okabcde"]
        shopper.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert answers(shopper, 1) == [b"ok"], "the connection is kept"
    body = b"a" * (SMALL + 5000)
    assert asked(port, b"POST / HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body) + body)[0] == b"ok" + body


@pytest.mark.no_database
@pytest.mark.parametrize(
    "header",
    ["SCRIPT_NAME: //evil.example", "Script-Name: //evil.example", "PATH_INFO: /admin/", "SCRIPT_NAME: /"],
)
def test_no_header_says_where_the_shop_stands(port, header):
    sent = f"GET //evil.example/w HTTP/1.0\r\nHost: a\r\n{header}\r\n\r\n".encode()
    assert asked(port, sent)[0] == b"ok//evil.example/w"


@pytest.mark.slow
@pytest.mark.no_database
def test_who_has_not_asked_after_ten_seconds_is_let_go(port):
    began = time.monotonic()
    silent, half = opened(port), opened(port)
    half.sendall(b"GET / HT")
    for one in (silent, half):
        one.settimeout(15)
        with one, contextlib.suppress(ConnectionResetError):
            assert one.recv(10) == b""
    assert 8 < time.monotonic() - began < 14


def answers(shopper, count) -> list[bytes]:
    """The bodies of so many answers, by their length."""
    found, waiting = [], b""
    while len(found) < count:
        head, end, body = waiting.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]) if end else 0
        if end and len(body) >= length:
            found.append(body[:length])
            waiting = body[length:]
        elif piece := shopper.recv(1 << 16):
            waiting += piece
        else:
            raise EOFError(waiting)
    assert not waiting
    return found


@pytest.mark.no_database
def test_threads_and_answers_at_once_take_turns_on_a_connection(port):
    for order in ([KEPT, OTHER, KEPT, KEPT, OTHER, OTHER, KEPT], [OTHER, KEPT, OTHER]):
        with opened(port) as shopper:
            for request in order:
                shopper.sendall(request)
                assert answers(shopper, 1) == [b"kk" if request is KEPT else b"ok"]


@pytest.mark.no_database
def test_two_requests_sent_together_are_answered_in_their_order(port):
    with opened(port) as shopper:
        shopper.sendall(KEPT + OTHER + KEPT)
        assert [len(one) for one in answers(shopper, 3)] == [2, 2, 2]
        shopper.sendall(KEPT)
        assert answers(shopper, 1) == [b"kk"]


@pytest.mark.no_database
def test_a_head_has_no_body_and_what_fails_is_tried_by_a_thread(port):
    with opened(port) as shopper:
        shopper.sendall(KEPT.replace(b"GET", b"HEAD"))
        assert shopper.recv(4096).endswith(b"Content-Length: 2\r\n\r\n")
        shopper.sendall(KEPT.replace(b"/2", b"/2?broken"))
        assert answers(shopper, 1) == [b"ok"]


@pytest.mark.slow
@pytest.mark.no_database
def test_who_reads_slowly_gets_all_and_holds_no_thread(port):
    many = [opened(port) for _ in range(20)]
    try:
        for one in many:
            one.sendall(KEPT.replace(b"/2", b"/9000000"))
        for request in (KEPT, OTHER, KEPT):
            with opened(port) as shopper:
                began = time.monotonic()
                shopper.sendall(request)
                assert len(answers(shopper, 1)[0]) == 2
                assert time.monotonic() - began < 1
        for one in many:
            assert len(answers(one, 1)[0]) == 9_000_000
            one.sendall(KEPT)
            assert answers(one, 1) == [b"kk"], "its connection is kept"
    finally:
        for one in many:
            one.close()


@pytest.mark.no_database
def test_who_leaves_without_reading_is_no_loss(port):
    for _ in range(50):
        with opened(port) as shopper:
            shopper.sendall(KEPT)
            shopper.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"
            )  # ends at once, unread
    assert asked(port)[0] == b"ok"
