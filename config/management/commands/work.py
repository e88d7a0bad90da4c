import logging
import signal
import threading
import time

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from config.worker.loop import Worker
from config.worker.pictures import PictureChild
from shop.pictures.renditions import RENDER, render_next, waiting_pictures
from shop.sweeps.models import Heartbeat

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
PAUSE_WITHOUT_DATABASE = 5.0


class Command(BaseCommand):
    help = (
        "Background work: sandbox events, payments to ask Stripe about, holds that end, refunds, mails, pictures. "
        "Everything is a row, so it may be killed at any time, run twice, or run on several machines."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is due now, then end (for cron)")
        parser.add_argument("--pictures", action="store_true", help="make renditions of pictures, then end")

    def handle(self, *args, once, pictures, **options):
        if pictures or once:
            while render_next():
                pass
        if once:
            self.work_off()
            Heartbeat.beat(Heartbeat.WORKER)
        elif not pictures:
            self.work_on()

    def work_off(self):
        worker, until = Worker(), time.monotonic() + 600
        while worker.tick() and time.monotonic() < until:
            pass

    def work_on(self):
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda *_: stop.set())
            signal.signal(signal.SIGINT, lambda *_: stop.set())
        worker, make_pictures, next_beat = None, PictureChild(), 0.0
        while not stop.is_set():
            try:
                worker = worker or Worker(more=[(RENDER, lambda now: waiting_pictures())])
                worked = worker.tick_in_lanes()
                if worker.found and RENDER in worker.found.due:
                    make_pictures()
                if time.monotonic() >= next_beat:
                    Heartbeat.beat(Heartbeat.WORKER)
                    next_beat = time.monotonic() + Heartbeat.EVERY
            except DatabaseError as error:
                log.error("The database does not answer; the worker goes on once it does: %s", error)
                close_old_connections()
                stop.wait(PAUSE_WITHOUT_DATABASE)
                continue
            if worker.has_failures:
                close_old_connections()  # a broken connection is opened anew
            if not worked:
                stop.wait(PAUSE_SECONDS)
        make_pictures.end()
        if worker is not None:
            worker.end()
