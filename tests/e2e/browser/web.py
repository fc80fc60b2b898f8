"""A web of invented pages on this machine. Every host name leads here, over TLS, and every request is recorded."""

import datetime
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.support.patience import PATIENCE_S

type Key = tuple[str, str]
"""Host, and path without query."""

# Where the browser itself calls, whatever extensions it has.
BROWSERS_OWN = (
    ".googleapis.com",
    "accounts.google.com",
    "clients2.google.com",
    "android.clients.google.com",
    "redirector.gvt1.com",
)


class Server(ThreadingHTTPServer):
    """Says nothing of a caller that hangs up or speaks no TLS."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        return


@dataclass
class Web:
    """What is served, and what was asked for. `port` of 127.0.0.1."""

    pages: dict[Key, str] = field(default_factory=dict)
    asked: list[Key] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    port: int = 0
    ends: threading.Event = field(default_factory=threading.Event)

    def put(self, url: str, body: str, title: str = "Invented") -> str:
        """Serve a page at an address; the address."""
        host, _, rest = url.removeprefix("https://").partition("/")
        path = "/" + rest.partition("?")[0]
        self.pages[host, path] = f"<!doctype html><meta charset=utf-8><title>{title}</title>{body}"
        return url

    def listen(self, folder: Path) -> ThreadingHTTPServer:
        """Serve until closed."""
        server = Server(("127.0.0.1", 0), handler(self))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(folder))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = server.server_port
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server


def handler(web: Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            key = (self.headers["Host"], self.path.partition("?")[0])
            web.origins.add(self.headers.get("Origin", ""))
            if key[1] != "/favicon.ico" and not key[0].endswith(BROWSERS_OWN):
                web.asked.append(key)
            if key[1] == "/hang":
                web.ends.wait(PATIENCE_S)
            page = web.pages.get(key, "").encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(page)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            return

    return Handler


def certificate(folder: Path) -> Path:
    """A certificate that nobody signed, with its key; the browser of the test is told not to mind."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "invented.invalid")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    path = folder / "invented.pem"
    path.write_bytes(pem)
    return path
