"""A real mail server on this machine (aiosmtpd), whose mailbox a test reads; it can refuse people and go away."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

FROM = "offmon@police.invalid"


@dataclass
class Mailbox:
    """What came, in order. `refused`: mailboxes that are not known here.

    `stalls`: it takes mail and does not say so. `greeted`: by which name clients greeted it. `certificate`: it takes mail over TLS alone.
    """

    port: int = 0
    refused: set[str] = field(default_factory=set)
    stalls: bool = False
    mail: list[bytes] = field(default_factory=list)
    greeted: list[str] = field(default_factory=list)
    certificate: Path | None = None

    async def handle_EHLO(self, server: Any, session: Any, envelope: Envelope, host: str, said: list[str]) -> list[str]:  # noqa: ARG002, N802  # aiosmtpd's name and arguments
        session.host_name = host
        self.greeted.append(host)
        return said

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, to: str, options: Any) -> str:  # noqa: ARG002, N802  # the same
        if to in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: ARG002, N802  # the same
        self.mail.append(envelope.original_content or b"")
        while self.stalls:
            await asyncio.sleep(0.05)
        return "250 OK"

    @property
    def messages(self) -> list[Message]:
        return [message_from_bytes(one) for one in self.mail]

    @property
    def texts(self) -> list[str]:
        return [bytes(one.get_payload(decode=True) or b"").decode().strip() for one in self.messages]

    @contextmanager
    def up(self) -> Iterator["Mailbox"]:
        """The server answers, at the same port each time."""
        tls: dict[str, Any] = (
            {} if self.certificate is None else {"tls_context": _tls(self.certificate), "require_starttls": True}
        )
        controller = Controller(self, hostname="127.0.0.1", port=self.port or free_port(), **tls)
        controller.start()
        self.port = controller.port
        try:
            yield self
        finally:
            controller.stop()


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
