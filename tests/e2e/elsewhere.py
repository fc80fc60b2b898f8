"""Which cookies a browser sends to another face: a listener that any name of this machine reaches."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import BrowserContext, Error

NAMES = ("www.localhost", "portal.localhost", "console.localhost")
# A browser takes no cookie for all of `localhost`: one that is too wide goes to a name below its own.
FACES = (*NAMES, *(f"below.{name}" for name in NAMES), "localhost", "127.0.0.1")


def cookies_sent(context: BrowserContext) -> dict[str, str | None]:
    """By name, the cookies that came from a page opened there. Ports separate none, so that a face's own name is a control."""
    came: dict[str, str | None] = {}

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came[self.headers["Host"].rpartition(":")[0]] = self.headers["Cookie"]
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as another:
        Thread(target=another.serve_forever, daemon=True).start()
        visitor = context.new_page()
        for host in FACES:
            with pytest.raises(Error, match="ERR_ABORTED"):  # what a browser calls an answer without a page
                visitor.goto(f"http://{host}:{another.server_port}/")
        visitor.close()
        another.shutdown()
    return came
