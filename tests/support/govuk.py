"""A server that keeps GOV.UK Notify's contract as far as we use it: its token (JWT, HS256), templates, and what was handed in."""

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SERVICE, SECRET = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
KEY = f"offmon-{SERVICE}-{SECRET}"
TEXT, MAIL = "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"


@dataclass
class GovUk:
    """What came. `fields`: what its templates ask for. `status`: how it answers what is handed in; 0: it takes it and cuts the line.

    `became`: what its receipts say of each.
    """

    fields: tuple[str, ...] = ("gravity", "reference")
    status: int = 201
    became: str = "sending"
    handed_in: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> dict[str, Any]:
        return {
            "OFFMON_GOVUK_URL": self.url,
            "OFFMON_GOVUK_KEY": KEY,
            "OFFMON_GOVUK_TEXT_TEMPLATE": TEXT,
            "OFFMON_GOVUK_EMAIL_TEMPLATE": MAIL,
        }

    @contextmanager
    def up(self) -> Iterator["GovUk"]:
        govuk = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the library's name
                where = urlsplit(self.path)
                if not self.is_ours():
                    return
                if where.path.startswith("/v2/template/"):
                    self.answer(200, {"personalisation": {name: {"required": True} for name in govuk.fields}})
                else:
                    [asked] = parse_qs(where.query)["reference"]
                    known = [one | {"status": govuk.became} for one in govuk.handed_in if one["reference"] == asked]
                    self.answer(200, {"notifications": known, "links": {}})

            def do_POST(self) -> None:  # the library's name
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.is_ours():
                    if govuk.status in {0, 201}:
                        govuk.handed_in.append(said | {"path": self.path})
                    if govuk.status:
                        taken = {"id": "x", "reference": said["reference"]}
                        self.answer(
                            govuk.status, taken if govuk.status == 201 else {"errors": [{"error": "x", "message": "x"}]}
                        )

            def is_ours(self) -> bool:
                """Whether the token is signed with our secret, and is of our service; else 403."""
                head, said, signature = self.headers["Authorization"].removeprefix("Bearer ").split(".")
                right = hmac.digest(SECRET.encode(), f"{head}.{said}".encode(), "sha256")
                is_ours = hmac.compare_digest(_open(signature), right) and json.loads(_open(said))["iss"] == SERVICE
                if not is_ours:
                    self.answer(403, {"errors": [{"error": "AuthError", "message": "Invalid token"}]})
                return is_ours

            def answer(self, status: int, said: dict[str, Any]) -> None:
                body = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_said: object) -> None:
                pass

        with serving(Handler) as self.port:
            yield self


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """An HTTP server on this machine, for as long as the block runs: its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _open(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
