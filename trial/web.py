"""python -m trial.web: the web of invented pages that the trial's browser reaches instead of the real one.

Rules
- A process and an account of its own, on loopback: to the person's browser it is everybody else's machine.
- The pages come on standard input, one JSON object {address: HTML}. They stay in memory, like the key that it draws.
- It answers with a line {"port", "key"}, then writes the address of each requested page. That shows which pages were really opened.
- It speaks TLS, since a browser asks a search engine for nothing else. Nobody signed its certificate; the browser is told to accept this
  key.
"""

import base64
import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from offmon.core.errors import OffmonError
from offmon.server.base import clock
from trial.places import ProgramCode
from trial.supervise import becoming
from trial.uids import Account, is_root, own_account

WEB_UID: Final = 60_881
STOP_S: Final = 10.0


class WebFailed(OffmonError):
    """The invented web did not start."""


class Web:
    """The running web: `port` of 127.0.0.1, the digest of its key as browsers take it, and the addresses asked for so far."""

    def __init__(self, code: ProgramCode, pages: Mapping[str, str]) -> None:
        account = Account(WEB_UID, WEB_UID) if is_root() else own_account()
        self._process = subprocess.Popen(  # noqa: S603 - argument lists of this package, never a shell
            [*becoming(account), str(code.python), "-P", "-m", "trial.web"],
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **code.environment()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018 - both are pipes
        with self._process.stdin as given:
            json.dump(pages, given)
        try:
            said = json.loads(self._process.stdout.readline())
        except ValueError:
            raise WebFailed("web-failed", "The invented web did not start; what it said stands above.") from None
        self.port, self.key = int(said["port"]), str(said["key"])
        self.asked: list[str] = []
        self._hearing = threading.Thread(target=self._hear, args=(self._process.stdout,), daemon=True)
        self._hearing.start()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(STOP_S)
        self._hearing.join(STOP_S)

    def _hear(self, said: IO[str]) -> None:
        with said:
            self.asked.extend(line.rstrip("\n") for line in said)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of a caller that hangs up: browsers do."""


def _handler(pages: Mapping[str, str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with the page, or with nothing."""
            address = f"https://{self.headers['Host']}{self.path}"
            page = pages.get(address, "").encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(page)
            if page:
                sys.stdout.write(f"{address}\n")
                sys.stdout.flush()

        def log_message(self, *_: object) -> None:
            """Say nothing of requests here."""

    return Handler


def _identity() -> tuple[ssl.SSLContext, str]:
    """TLS with a key that was drawn just now, and the digest by which a browser is told of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "invented.invalid")])
    now, day = datetime.fromtimestamp(clock.now() / 1000, UTC), timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = (
        builder.serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + 30 * day)
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem += made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    handle = os.memfd_create("identity")  # ssl takes files only, and this key needs to lie in none
    try:
        os.write(handle, pem)
        context.load_cert_chain(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return context, base64.b64encode(sha256(public).digest()).decode()


def main() -> None:
    """Serve until ended."""
    pages: dict[str, str] = json.load(sys.stdin)
    context, key = _identity()
    server = _Server(("127.0.0.1", 0), _handler(pages))
    # Each connection's own thread does its handshake: one that speaks no TLS holds up nobody.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    sys.stdout.write(json.dumps({"port": server.server_port, "key": key}) + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
