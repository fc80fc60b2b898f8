"""The trial's own mail server: it takes each mail and keeps it as a file, so that nothing leaves this machine.

python -m trial.mailbox PORT FOLDER. It listens on this machine alone, and speaks as much of SMTP (RFC 5321) as our sender does.
A mail is one file; `python -m trial mail` shows what came.
"""

import email
import email.policy
import os
import signal
import socketserver
import sys
import threading
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 1 << 20
LONGEST_LINE: Final = 2048
_SAID: Final = {
    "EHLO": "250 mailbox.invalid",
    "HELO": "250 mailbox.invalid",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "RSET": "250 OK",
    "NOOP": "250 OK",
}


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__(("127.0.0.1", port), _Session)
        self._folder, self._lock = folder, threading.Lock()
        self._kept = len(list(folder.iterdir()))

    def keep(self, mail: bytes) -> None:
        """Keep a mail: on disk before it is said to be taken."""
        with self._lock:
            self._kept += 1
            new = self._folder / f".{self._kept:06}"
            new.write_bytes(mail)
            new.rename(self._folder / f"{self._kept:06}.eml")


class _Session(socketserver.StreamRequestHandler):
    timeout = 30
    server: _Server

    def handle(self) -> None:
        """Answer one client until it leaves."""
        self._say("220 mailbox.invalid")
        while line := self.rfile.readline(LONGEST_LINE):
            word = line[:4].decode("ascii", "replace").upper()
            if word == "QUIT":
                self._say("221 Bye")
                return
            if word == "DATA":
                self._say("354 Go on")
                mail = self._mail()
                if mail is None:
                    return
                self.server.keep(mail)
                self._say("250 OK")
            else:
                self._say(_SAID.get(word, "502 Not here"))

    def _mail(self) -> bytes | None:
        """The mail, without the dots that stand before dots; None where it does not end, or is too long."""
        lines, size = list[bytes](), 0
        while line := self.rfile.readline(LONGEST_LINE):
            if line in {b".\r\n", b".\n"}:
                return b"".join(lines)
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            size += len(line)
            if size > MOST_BYTES:
                return None
        return None

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def shown(folder: Path) -> str:
    """Each mail that came, the newest last: to whom, its subject and its text."""
    told = []
    for file in sorted(folder.glob("*.eml")):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        told.append(f"{mail['Date']}\nTo: {mail['To']}\nSubject: {mail['Subject']}\n\n{mail.get_content().strip()}\n")
    return "\n".join(told) or "No mail came yet.\n"


def main(port: int, folder: Path) -> None:
    """Take mail until asked to stop."""
    server = _Server(port, folder)
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    sys.stderr.write("taking mail\n")
    sys.stderr.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
