"""The witness over HTTP: three addresses, and a limit on what is read.

Rules
- `POST /add-checkpoint`, `GET /` and `GET /<SHA-256 of origin>/checkpoint`; everything else is refused.
- The body's length must be stated, and is compared with the limit before a byte is read.
- If the disk fails, nothing is signed. The answer is 503, without a reason, which would tell of this machine.
"""

import logging
import sqlite3
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from offmon.core.log.tlog.submission import MAX_SUBMISSION
from offmon.serving.gate import REFUSED
from offmon.witness import clock, config, keyfile
from offmon.witness.ledger import Ledger
from offmon.witness.service import HttpAnswer, Witness

_log = logging.getLogger(__name__)


def build(path: Path) -> WSGIApplication:
    """The application for one configuration file. Raises Malformed or Refused; sqlite3.Error for its state file."""
    settings = config.load(path)
    return App(Witness(settings, keyfile.load(settings.key_file), Ledger(settings.state_file), clock.now))


class App:
    """The WSGI face of one witness."""

    most_bytes = MAX_SUBMISSION

    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            answer = self._route(environ)
        except sqlite3.Error:
            _log.exception("The state file cannot be read or written; nothing was signed.")
            answer = HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "The witness cannot answer now; try again later.\n")
        body = answer.text.encode()
        headers = [
            ("Content-Type", answer.kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *([("Allow", answer.allow)] if answer.allow else []),
        ]
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [body]

    def _route(self, environ: WSGIEnvironment) -> HttpAnswer:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        match path.split("/"):
            case ["", "add-checkpoint"]:
                return self._add(environ) if method == "POST" else _not_allowed("POST")
            case ["", ""]:
                return self._witness.about() if method == "GET" else _not_allowed("GET")
            case ["", origin_hash, "checkpoint"]:
                return self._witness.checkpoint(origin_hash) if method == "GET" else _not_allowed("GET")
        return HttpAnswer(HTTPStatus.NOT_FOUND, "There is nothing at this address.\n")

    def _add(self, environ: WSGIEnvironment) -> HttpAnswer:
        stated = environ.get("CONTENT_LENGTH") or environ.get("HTTP_CONTENT_LENGTH") or ""
        if not (stated.isascii() and stated.isdigit()) or "HTTP_TRANSFER_ENCODING" in environ:
            return HttpAnswer(HTTPStatus.LENGTH_REQUIRED, "State the length of the body.\n")
        if len(stated) > 9 or int(stated) > MAX_SUBMISSION:
            return HttpAnswer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {MAX_SUBMISSION} bytes are read.\n")
        if REFUSED in environ:
            return HttpAnswer(HTTPStatus.REQUEST_TIMEOUT, "The body took too long; send it again.\n")
        return self._witness.add_checkpoint(environ["wsgi.input"].read(int(stated)))


def _not_allowed(allowed: str) -> HttpAnswer:
    return HttpAnswer(HTTPStatus.METHOD_NOT_ALLOWED, f"This address answers {allowed} only.\n", allow=allowed)
