"""What a browser says of a page whose address is a secret, over TLS: why it is “strict-origin” there (decision 65)."""

import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

pytestmark = pytest.mark.browser
SECRET = "/orders/a-secret/"


def certificate(folder):
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
    )
    file = folder / "both.pem"
    file.write_bytes(
        made.add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return file


@contextmanager
def served(folder, policy):
    """(address, what was asked for: method, path, Origin, Referer)"""
    asked = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.command, self.path, self.headers["Origin"], self.headers["Referer"]))
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            port = self.server.server_port
            page = f"""<!doctype html><title>x</title><link rel="icon" href="data:,">
                <form method="post" action="/pay/"><button>Pay</button></form>
                <a href="https://localhost:{port}/elsewhere/">Away</a>""".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Referrer-Policy", policy)
            self.end_headers()
            self.wfile.write(page)

        do_POST = do_GET

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("policy", ["no-referrer", "same-origin", "strict-origin"])
def test_a_form_shows_where_it_came_from_unless_nothing_may_be_told(chromium, tmp_path, policy):
    with served(tmp_path, policy) as (url, asked):
        context = chromium.new_context(ignore_https_errors=True)
        page = context.new_page()
        page.goto(url + SECRET)
        page.get_by_role("button", name="Pay").click()
        page.wait_for_url("**/pay/")
        page.goto(url + SECRET)
        page.get_by_role("link", name="Away").click()
        page.wait_for_url("**/elsewhere/")
        context.close()
    form = next(row[2:] for row in asked if row[0] == "POST")
    away = next(row[2:] for row in asked if row[1] == "/elsewhere/")
    assert (
        form
        == {
            "no-referrer": ("null", None),  # which Django's check of forms refuses
            "same-origin": (url, url + SECRET),  # which a log of ours may keep
            "strict-origin": (url, f"{url}/"),
        }[policy]
    )
    assert away == (None, f"{url}/" if policy == "strict-origin" else None)
