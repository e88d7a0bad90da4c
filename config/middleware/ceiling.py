"""No request takes longer than its ceiling: what is still at work then ends where it stands, and its visitor is told.

It is as if the process had been killed at that step, which no step minds: the transaction it was in is rolled back, and
`make test-chaos` kills between any two. The database is told to leave the statement, and the thread gets an exception that
nothing in between catches. A lock could be held where it strikes, so the process is replaced once it has answered the others
(config/connections/worker.py).
"""

import ctypes
import logging
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from config.connections.ending import ending

log = logging.getLogger(__name__)
RETRY_AFTER = 60  # seconds
LOOKS = 0.5  # seconds between two looks at what is at work


class TookTooLong(BaseException):
    """No Exception: whoever catches those goes on, and this must not."""


@dataclass
class Work:
    thread: int
    until: float
    database: Any
    is_over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class Watch:
    """One thread of a process that looks whether a request is over its ceiling; while there is none it sleeps."""

    def __init__(self):
        self.at_work: dict[int, Work] = {}
        self.begun = threading.Event()
        self.thread: threading.Thread | None = None

    def begin(self, seconds: float) -> Work:
        work = Work(threading.get_ident(), time.monotonic() + seconds, connections[DEFAULT_DB_ALIAS])
        self.at_work[work.thread] = work
        if self.thread is None or not self.thread.is_alive():  # the first, or this process was forked
            self.thread = threading.Thread(target=self._look, name="ceiling", daemon=True)
            self.thread.start()
        self.begun.set()
        return work

    def end(self, work: Work) -> None:
        """From now on nothing strikes its thread; an exception that was on its way is called back."""
        with work.lock:
            self.at_work.pop(work.thread, None)
            if work.is_over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(work.thread), None)

    def _look(self) -> None:
        while True:
            if not self.at_work:
                self.begun.wait()
                self.begun.clear()
            time.sleep(LOOKS)
            now = time.monotonic()
            for work in list(self.at_work.values()):
                if work.until < now:
                    self._strike(work)

    def _strike(self, work: Work) -> None:
        with work.lock:
            if work.thread not in self.at_work or self.at_work[work.thread] is not work:
                return
            if not work.is_over:
                work.is_over = ending.wanted = True
                error = ctypes.py_object(TookTooLong)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(work.thread), error)
            _leave_statement(work.database)


def _leave_statement(database) -> None:
    """PostgreSQL and SQLite end what they are doing for this connection; where it does nothing, nothing happens."""
    open_one = database.connection
    try:
        if open_one is None:
            return
        if database.vendor == "postgresql":
            open_one.cancel()
        else:
            open_one.interrupt()
    except Exception as error:
        log.warning("A statement could not be ended: %s", type(error).__name__)


watch = Watch()


class CeilingMiddleware:
    """Answers 503 for what took too long, with nothing of it done that was not committed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        work = watch.begin(ceiling_of(request.path))
        try:
            try:
                response = self.get_response(request)
            finally:
                watch.end(work)
        except TookTooLong:
            watch.end(work)  # it may have struck in the midst of that
            return _told(request)
        if (
            work.is_over
        ):  # struck while it was answered all the same, or while something else caught the statement's end
            close_what_was_left()
        return response


def ceiling_of(path: str) -> float:
    return settings.CEILING_OF_STAFF if path.startswith("/admin/") else settings.CEILING


def close_what_was_left() -> None:
    """Nobody takes over a connection that was left in the middle of something: it is rolled back by being closed."""
    for database in connections.all(initialized_only=True):
        database.close()
        if (
            database.in_atomic_block
        ):  # struck between beginning and leaving it: the next request begins with a new one
            del connections[database.alias]


def _told(request):
    log.error("A request took longer than its ceiling and was ended: %s", request.method)
    close_what_was_left()
    response = render(None, "took_too_long.html", {"is_form": request.method == "POST"}, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    add_never_cache_headers(response)
    return response
