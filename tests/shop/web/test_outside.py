"""What other sites answer: asked at the address that was looked at, and never for long."""

import socket
import threading
import time

import pytest

from shop.web.outside import MAX_BYTES, NoAnswer, NotAllowed, fetch, is_open


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "ff02::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "100::1", "1.2.3", "", "example.org", "²",
    ],
)  # fmt: skip
def test_what_is_not_the_open_internet_is_asked_in_none_of_its_forms(address):
    assert not is_open(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::1"])
def test_the_open_internet_is(address):
    assert is_open(address)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/", "http://", "//x", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
     "http://2130706433/", "http://0x7f.1/", "http://user@1.1.1.1/", "gopher://1.1.1.1/"],
)  # fmt: skip
def test_other_ways_of_writing_it_are_refused(url):
    with pytest.raises((NotAllowed, NoAnswer)):
        fetch(url, {})


@pytest.mark.parametrize(
    "url",
    [
        "http://[bad/",
        "http://1.1.1.1:99999/",
        "http://a..b/",
        "http://\u2100.example/",
        "http://" + "a" * 300 + "/",
    ],
)
def test_what_is_no_address_is_no_answer_and_no_error(url):
    with pytest.raises((NotAllowed, NoAnswer)):
        fetch(url, {})


def server(*parts: bytes, pause: float = 0.0) -> int:
    """The port of a server that sends this to whoever comes, piece by piece, and then hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listening.accept()
        with connection, listening:
            connection.recv(4000)
            for part in parts:
                try:
                    connection.sendall(part)
                except OSError:
                    return
                time.sleep(pause)

    threading.Thread(target=serve, daemon=True).start()
    return listening.getsockname()[1]


def asked(port: int, seconds: float = 3.0):
    return fetch(f"http://127.0.0.1:{port}/x", {}, is_allowed=lambda address: True, seconds=seconds)


def test_a_second_answer_of_the_name_server_leads_nowhere(monkeypatch):
    """A name that is public when it is looked at, and another machine when it is connected to."""
    port, answers = server(b"HTTP/1.0 200 OK\r\n\r\nsecret"), []
    resolve = socket.getaddrinfo

    def rebound(host, *args, **kwargs):
        answers.append(host)
        return resolve("127.0.0.1" if len(answers) > 1 else "192.0.2.77", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    with pytest.raises(NoAnswer):
        fetch(
            f"http://rebound.example:{port}/",
            {},
            is_allowed=lambda address: address == "192.0.2.77",
            seconds=0.3,
        )
    assert answers == ["rebound.example"], "asked once"


def test_one_address_among_several_that_is_not_open_is_enough():
    with pytest.raises(NotAllowed):
        fetch("http://localhost/", {})


@pytest.mark.slow
@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_site_that_drips_is_left_after_the_time_it_has(head):
    began = time.monotonic()
    with pytest.raises(NoAnswer, match="too long"):
        asked(server(head, *[b"a"] * 100, pause=0.1), seconds=0.5)
    assert time.monotonic() - began < 2


def test_no_more_is_read_than_a_page_has():
    assert len(asked(server(b"HTTP/1.0 200 OK\r\n\r\n" + b"a" * 3 * MAX_BYTES)).body) == MAX_BYTES


@pytest.mark.parametrize(
    "sent",
    [
        b"", b"no http", b"HTTP/1.1 999999 x\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 300 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",         b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)  # fmt: skip
def test_whatever_breaks_in_an_answer_is_one_error(sent):
    with pytest.raises(NoAnswer):
        asked(server(sent))
