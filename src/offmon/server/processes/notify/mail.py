"""Sends by e-mail, through a mail server (SMTP, RFC 5321).

Rules
- TLS wherever the server offers it, its certificate checked. Only a server on this machine may do without.
- The message names no machine of ours: neither in its greeting nor in its id.
- A recipient or text refused for good (5xx) is a dead letter. Anything else is tried again.
"""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Final

from offmon.core.alerts.reaching import TryOutcome, mailbox
from offmon.core.errors import Refused
from offmon.server.audit.witness_client import is_this_machine
from offmon.server.processes.notify.letter import Letter

TIMEOUT_S: Final = 10.0
FOR_GOOD: Final = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, from whom it comes, and how that is shown (`user` None: it is not)."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    context: ssl.SSLContext | None = None

    @classmethod
    def of(cls, server: str, sender: str | None, user: str | None, password: str | None) -> "MailServer":
        """As the settings say. Raises Refused `mail-server`; Malformed for a sender that is no mailbox."""
        host, _, port = server.rpartition(":")
        if not host or not port.isdecimal() or (user is None) != (password is None):
            raise Refused("mail-server", "OFFMON_SMTP_SERVER is host:port, and a user has a password.")
        return cls(host.strip("[]"), int(port), mailbox(sender or ""), user, password)

    def send(self, letter: Letter) -> TryOutcome:
        """Hand one in."""
        domain = self.sender.rpartition("@")[2]
        try:
            with smtplib.SMTP(self.host, self.port, local_hostname=domain, timeout=TIMEOUT_S) as server:
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=self.context or ssl.create_default_context())
                elif not is_this_machine(self.host):
                    return TryOutcome.UNREACHABLE
                if self.user is not None and self.password is not None:
                    server.login(self.user, self.password)
                server.send_message(self._message(letter, domain))
        except smtplib.SMTPRecipientsRefused as error:
            return _of_code(*(code for code, _ in error.recipients.values()))
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            return _of_code(error.smtp_code)
        except (OSError, smtplib.SMTPException):
            return TryOutcome.UNREACHABLE
        return TryOutcome.SENT

    def _message(self, letter: Letter, domain: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, letter.to.address, letter.subject
        message["Date"], message["Message-ID"] = formatdate(), f"<{letter.id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday answers it (RFC 3834)
        message.set_content(letter.text)
        return message


def _of_code(*codes: int) -> TryOutcome:
    return TryOutcome.REFUSED if all(code >= FOR_GOOD for code in codes) else TryOutcome.UNREACHABLE
