"""The channels of a night: a real mail server and the control rooms' real web server, which note when each message came."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

from aiosmtpd.smtp import Envelope

from tests.support.govuk import serving
from tests.support.mailbox import Mailbox

HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that was taken: when, by whom, under which id of the channel's, and what it says."""

    at: int
    to: str
    id: str
    subject: str
    text: str


def now() -> int:
    """The night's time, in milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass
class Post(Mailbox):
    """The mail server. `arrived`: what it took."""

    arrived: list[Arrived] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: ARG002, N802  # aiosmtpd's name and arguments
        """Take a mail."""
        mail = message_from_bytes(envelope.original_content or b"")
        text = bytes(mail.get_payload(decode=True) or b"").decode().strip()
        said = (str(mail["To"]), str(mail["Message-ID"]), str(mail["Subject"]), text)
        self.arrived.append(Arrived(now(), *said))
        return "250 OK"


@dataclass
class Rooms:
    """The control rooms, each under the number of its agency. `failing`: those that answer 500."""

    port: int = 0
    failing: set[str] = field(default_factory=set)
    refused: int = 0
    arrived: list[Arrived] = field(default_factory=list)

    def address(self, agency: int) -> str:
        """Where an agency's control room is told."""
        return f"http://{HOST}:{self.port}/{agency}"

    @contextmanager
    def up(self) -> Iterator["Rooms"]:
        """They answer."""
        rooms = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Take a message, or answer 500."""
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                to = self.path.strip("/")
                if to in rooms.failing:
                    rooms.refused += 1
                else:
                    said = (body["type"], json.dumps(body["data"], sort_keys=True))
                    rooms.arrived.append(Arrived(now(), to, self.headers["webhook-id"], *said))
                self.send_response(500 if to in rooms.failing else 204)
                self.end_headers()

            def log_message(self, *_said: object) -> None:
                """Say nothing."""

        with serving(Handler) as self.port:
            yield self
