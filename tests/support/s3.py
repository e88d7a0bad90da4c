"""A service that speaks as much S3 as the shop needs, on this machine, in memory."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

KEY, SECRET, BUCKET = "only-for-tests", "only-for-tests-only-for-tests", "pictures-of-the-shop"


@dataclass
class Service:
    """`objects`: by key, content and headers. `refuses`: a status that everything is answered with, if any."""

    url: str = ""
    objects: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refuses: int = 0

    @property
    def options(self) -> dict:
        """As of STORAGES, for this service."""
        return {"bucket_name": BUCKET, "endpoint_url": self.url, "region_name": "eu-central-1", "access_key": KEY,
                "secret_key": SECRET}  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service

    def do_PUT(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if key := self._key():
            kept = {
                name: self.headers[name] for name in ("Content-Type", "Cache-Control") if self.headers[name]
            }
            self.service.objects[key] = content, kept
            self._answer(200, headers={"ETag": '"x"'})

    def do_GET(self):
        key = self._key()
        if key == "":
            self._list()
        elif key is not None:
            self._object(key)

    do_HEAD = do_GET

    def do_DELETE(self):
        if key := self._key():
            self.service.objects.pop(key, None)
            self._answer(204)

    def _key(self) -> str | None:
        """None where the request is answered already."""
        self.service.asked.append(f"{self.command} {self.path}")
        if self.service.refuses:
            self._error(self.service.refuses, "Refused")
        elif f"Credential={KEY}/" not in self.headers.get("Authorization", ""):
            self._error(403, "InvalidAccessKeyId")
        else:
            bucket, _, key = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
            if bucket == BUCKET:
                return key
            self._error(404, "NoSuchBucket")
        return None

    def _object(self, key: str) -> None:
        if key not in self.service.objects:
            self._error(404, "NoSuchKey")
            return
        content, kept = self.service.objects[key]
        about = {"ETag": '"x"', "Last-Modified": "Fri, 27 Nov 2026 08:00:00 GMT"}
        self._answer(200, content, {**kept, **about})

    def _list(self) -> None:
        prefix = parse_qs(urlsplit(self.path).query).get("prefix", [""])[0]
        found = sorted(key for key in self.service.objects if key.startswith(prefix))
        direct = [key for key in found if "/" not in key.removeprefix(prefix)]
        folders = sorted({prefix + re.match(r"[^/]+/", key.removeprefix(prefix))[0] for key in found if key not in direct})  # fmt: skip
        rows = [f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>" for key in direct]
        rows += [f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in folders]
        body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(rows)}</ListBucketResult>"
        self._answer(200, body.encode(), {"Content-Type": "application/xml"})

    def _error(self, status: int, code: str) -> None:
        self._answer(
            status, f"<Error><Code>{code}</Code></Error>".encode(), {"Content-Type": "application/xml"}
        )

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def running_s3() -> Iterator[Service]:
    service = Service()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": service}))
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
