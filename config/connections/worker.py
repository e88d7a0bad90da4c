"""gunicorn's threads with patience for nobody who only half asks: a thread begins once a whole request has come.

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

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from config.connections.ending import ending

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


class WholeRequests(ThreadWorker):
    alive: bool

    def init_process(self):
        self.arriving: dict[TConn, tuple[float, float]] = {}  # half there: (closed at, looked at next)
        self.silent: dict[TConn, float] = {}  # nothing came yet: closed at
        super().init_process()

    def accept(self, listener):
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in NOTHING_TO_ACCEPT:
                raise
            return
        self.nr_conns += 1
        client.setblocking(True)
        self._await(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn, client):
        """A kept connection asks again."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await(conn)

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
        self.enqueue_req(conn)
        return True

    def wait_for_and_dispatch_events(self, timeout):
        super().wait_for_and_dispatch_events(min(timeout, NEXT_LOOK) if self.arriving else timeout)
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
