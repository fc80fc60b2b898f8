"""Sends a signed thin webhook to a control room (Standard Webhooks).

Rules
- https to a place outside the network. Its name is asked once; each address that it has must be outside, and we connect to one of those.
  So no name leads inside between the question and the connection.
- Plain http, or a place inside, only where OFFMON_WEBHOOK_INSIDE names the host and port.
- No redirect is followed. Of the answer the status counts, and little is read. All of it ends after `LONGEST_S`.
- 2xx took it. 408, 429 and 5xx are tried again. Anything else is a dead letter.
"""

import json
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Final

from standardwebhooks.webhooks import Webhook

from offmon.core.alerts import reaching
from offmon.core.alerts.reaching import TryOutcome, WebhookAddress, is_outside
from offmon.core.errors import OffmonError, Refused
from offmon.server.base import clock
from offmon.server.processes.notify.letter import Letter

TIMEOUT_S: Final = 5.0
LONGEST_S: Final = 15.0
MOST_READ: Final = 1024
AGAIN: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})

type Resolve = Callable[[str, int], Collection[str]]


def addresses(host: str, port: int) -> list[str]:
    """Each address that a name has now. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(where[0]) for *_, where in found]


@dataclass(frozen=True, slots=True)
class ControlRooms:
    """Sends to control rooms. `inside`: each host:port that may be inside the network."""

    inside: Collection[str] = ()
    resolve: Resolve = addresses
    context: ssl.SSLContext | None = None

    def send(self, letter: Letter) -> TryOutcome:
        """Hand one in."""
        try:
            to = reaching.webhook(letter.to.address, self.inside)
            pinned = self._pinned(to)
            status = self._post(to, pinned, letter)
        except OffmonError:
            return TryOutcome.FORBIDDEN
        except (OSError, HTTPException, ValueError):
            return TryOutcome.UNREACHABLE
        if status in range(200, 300):
            return TryOutcome.SENT
        return (
            TryOutcome.UNREACHABLE
            if status in AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR
            else TryOutcome.REFUSED
        )

    def _pinned(self, to: WebhookAddress) -> str:
        """The address to connect to. Raises Refused `webhook-inside`; OSError."""
        found = list(self.resolve(to.host, to.port))
        if not to.is_named and not all(map(is_outside, found)):
            raise Refused("webhook-inside", "That name leads inside the network.")
        if not found:
            raise OSError("no address")
        return found[0]

    def _post(self, to: WebhookAddress, pinned: str, letter: Letter) -> int:
        body, headers = _signed(letter)
        connection = _Pinned(to, pinned, (self.context or ssl.create_default_context()) if to.is_secure else None)
        end = threading.Timer(LONGEST_S, connection.cut)  # a server that sends a byte a second would hold us for ever
        end.daemon = True
        end.start()
        try:
            connection.request("POST", to.path, body, headers)
            answer = connection.getresponse()
            answer.read(MOST_READ)
            return answer.status
        finally:
            end.cancel()
            connection.close()


class _Pinned(HTTPConnection):
    """A connection to an address that was looked at, under the name that was asked for."""

    def __init__(self, to: WebhookAddress, pinned: str, context: ssl.SSLContext | None) -> None:
        super().__init__(to.host, to.port, timeout=TIMEOUT_S)
        self._to, self._pinned, self._context = to, pinned, context
        self._held: socket.socket | None = None
        self.default_port = 443 if to.is_secure else 80

    def connect(self) -> None:
        """Connect to the pinned address; the certificate is held to the name."""
        plain = socket.create_connection((self._pinned, self._to.port), TIMEOUT_S)
        if self._context is None:
            self.sock = self._held = plain
            return
        secure = self._context.wrap_socket(plain, server_hostname=self._to.host, do_handshake_on_connect=False)
        self.sock = self._held = secure  # the library lets go of its own once an answer began
        secure.do_handshake()

    def cut(self) -> None:
        """End it from another thread, whatever it waits for."""
        if self._held is not None:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)


def _signed(letter: Letter) -> tuple[str, dict[str, str]]:
    """The body, and the headers that sign it. `webhook-id` is the same at each try, by which a receiver tells a second one."""
    at = datetime.fromtimestamp(clock.now() // 1000, UTC)
    data = {"gravity": None if letter.gravity is None else letter.gravity.value, "reference": letter.reference}
    body = json.dumps({"type": f"offmon.{letter.purpose.value}", "timestamp": at.isoformat(), "data": data})
    signature = Webhook(b64encode(letter.to.secret or b"").decode()).sign(letter.id, at, body)
    return body, {
        "Content-Type": "application/json",
        "User-Agent": "Offmon",
        "webhook-id": letter.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }
