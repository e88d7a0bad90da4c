"""gunicorn's threads with patience for nobody who only half asks: a thread begins once a whole request has come.

What the application can answer at once (`application.at_once`: a kept page) needs none: it is answered where it came, since
to wake a thread costs more than the answer.

A connection that says nothing, or sends its head or a shopper's form byte by byte, waits beside the threads and is closed
after ARRIVES_WITHIN. Larger bodies are for staff and Stripe (config/middleware/bodies.py); whoever stalls in one, or
does not read an answer, is left after STALLS.
"""

import errno
import re
import selectors
import socket
import time
from functools import partial

from gunicorn import SERVER  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from config.connections.ending import ending
from config.connections.plain import answer_of, environ_of

ARRIVES_WITHIN = 10.0  # seconds for a head and a form
STALLS = 20.0  # seconds between two pieces of a larger body, or of an answer
SMALL = 32 * 1024  # bodies that are waited for
PEEK = SMALL + 16 * 1024
NEXT_LOOK, NEXT_LOOK_LATER = 0.02, 0.5  # seconds between two looks at a request that is half there
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,15})[ \t]*(?:\r\n|\Z)", re.IGNORECASE)
NOTHING_TO_ACCEPT = {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK}


def is_whole(sent: bytes) -> bool:
    """Whether a thread may begin with these first PEEK bytes of a connection."""
    head, end, body = sent.partition(b"\r\n\r\n")
    if not end:
        return len(sent) >= PEEK  # no head is so long: gunicorn says so
    if b"\nexpect:" in head.lower():
        return True
    found = LENGTH.search(head)
    wanted = int(found[1]) if found else 0
    return wanted > SMALL or len(body) >= wanted


class Connection(TConn):
    """Its thread need not wait for a first byte."""

    def __init__(self, *about):
        super().__init__(*about)
        self.data_ready = True


class WholeRequests(ThreadWorker):
    alive: bool

    def init_process(self):
        self.arriving: dict[TConn, tuple[float, float]] = {}  # half there: (closed at, looked at next)
        self.silent: dict[TConn, float] = {}  # nothing came yet: closed at
        self.taking: dict[TConn, tuple[memoryview, float]] = {}  # part is sent: (the rest, closed at)
        self.at_once = None
        super().init_process()

    def load_wsgi(self):
        """What is answered at once stands in no log of accesses and says nothing to hooks, so whoever wants these has threads."""
        cfg = self.cfg
        cfg.set(
            "forwarder_headers", ""
        )  # no header says where the shop stands: SCRIPT_NAME would change its links
        super().load_wsgi()
        if cfg.is_ssl or cfg.accesslog or cfg.statsd_host or cfg.proxy_protocol not in {False, None, "off"}:
            return
        self.at_once = getattr(self.wsgi, "at_once", None)
        self.is_forwarded = "*" in cfg.forwarded_allow_ips

    def accept(self, listener):
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in NOTHING_TO_ACCEPT:
                raise
            return
        self.nr_conns += 1
        client.setblocking(True)
        self._await(Connection(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn, client):
        """A kept connection asks again."""
        left = self._answer(conn, self._sent(conn), is_kept=True)
        self.keepalived_conns.remove(conn)
        if left == b"":
            conn.set_timeout()
            self.keepalived_conns.append(conn)  # in the order of their time-outs
            return
        self.poller.unregister(client)
        if left is None:
            self._await(conn)
        else:
            self._go_on(conn, left)

    def _answer(self, conn, sent: bytes | None, *, is_kept=False) -> bytes | None:
        """What is left to send of an answer that was given at once, b"" mostly; None where a thread has to answer."""
        if not sent or self.at_once is None or not self.alive or self.nr + 1 >= self.max_requests:
            return None
        if not is_kept and len(self.keepalived_conns) >= self.max_keepalived:
            return None
        environ = environ_of(sent, is_forwarded=self.is_forwarded)
        try:
            found = self.at_once(environ) if environ else None
        except Exception:
            self.log.exception("A page was not answered at once; a thread tries again.")
            return None
        if found is None:
            return None
        answer = answer_of(*found, server=SERVER)
        self.nr += 1
        try:
            conn.sock.recv(len(sent))  # was only looked at before
            return answer[conn.sock.send(answer) :]
        except BlockingIOError:
            return answer
        except OSError:
            return None  # whoever asked is gone, which the thread finds as well

    def _keep(self, conn) -> None:
        conn.set_timeout()
        self.keepalived_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))

    def _go_on(self, conn, left: bytes) -> None:
        """The rest is sent as it is taken; whoever takes their time keeps nobody else waiting."""
        self.taking[conn] = memoryview(left), time.monotonic() + STALLS
        self.poller.register(conn.sock, selectors.EVENT_WRITE, partial(self._takes, conn))

    def _takes(self, conn, client) -> None:
        left, _ = self.taking[conn]
        try:
            left = left[conn.sock.send(left) :]
        except BlockingIOError:
            return
        except OSError:
            self._stop_sending(conn)
            self._end(conn)
            return
        if left:
            self.taking[conn] = left, time.monotonic() + STALLS
            return
        self._stop_sending(conn)
        if self.alive:
            self._keep(conn)
        else:
            self._end(conn)

    def _stop_sending(self, conn) -> None:
        self.poller.unregister(conn.sock)
        del self.taking[conn]

    def _await(self, conn) -> None:
        until = time.monotonic() + ARRIVES_WITHIN
        if self._begins(conn):
            return
        if self._sent(conn):
            self.arriving[conn] = until, time.monotonic() + NEXT_LOOK
        else:
            self.silent[conn] = until
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._speaks, conn))

    def _speaks(self, conn, client) -> None:
        until = self._leave_silent(conn)
        if not self._begins(conn):
            self.arriving[conn] = until, time.monotonic() + NEXT_LOOK

    def _leave_silent(self, conn) -> float:
        self.poller.unregister(conn.sock)
        return self.silent.pop(conn)

    def _sent(self, conn) -> bytes | None:
        """What has come so far and still will be read; None where the connection has ended."""
        try:
            return conn.sock.recv(PEEK, socket.MSG_PEEK | socket.MSG_DONTWAIT) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def _begins(self, conn) -> bool:
        sent = self._sent(conn)
        if sent is not None and not (sent and is_whole(sent)):
            return False
        left = self._answer(conn, sent)
        if left is None:
            self.enqueue_req(conn)
        elif left:
            self._go_on(conn, left)
        else:
            self._keep(conn)
        return True

    def wait_for_and_dispatch_events(self, timeout):
        super().wait_for_and_dispatch_events(min(timeout, NEXT_LOOK) if self.arriving else timeout)
        for conn in [conn for conn, (_, until) in self.taking.items() if until < time.monotonic()]:
            self._stop_sending(conn)
            self._end(conn)
        now = time.monotonic() if self.alive else float("inf")
        for conn, until in list(self.silent.items()):
            if until > now:
                break  # they are in the order in which they came
            self._leave_silent(conn)
            self._end(conn)
        for conn, (until, look) in list(self.arriving.items()):
            if now < look:
                continue
            if self._begins(conn):
                del self.arriving[conn]
            elif now >= until:
                del self.arriving[conn]
                self._end(conn)
            else:
                is_new = until - now > ARRIVES_WITHIN - 1
                self.arriving[conn] = until, now + (NEXT_LOOK if is_new else NEXT_LOOK_LATER)

    def _end(self, conn) -> None:
        self.nr_conns -= 1
        conn.close()

    def handle_request(self, req, conn):
        conn.sock.settimeout(STALLS)
        answered = super().handle_request(req, conn)
        if self.alive and ending.wanted:
            self.log.warning(
                "A request was over its ceiling: this process ends once it has answered the others."
            )
            self.alive = False
        return answered
