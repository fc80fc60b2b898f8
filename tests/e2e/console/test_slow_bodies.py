"""Twelve slow bodies at once on each face, without an account: others are answered, and the bodies are ended (issue 13)."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from playwright.sync_api import Browser

from offmon.server.agencies.authentication.codes import code_of, step_of
from offmon.server.base import clock
from offmon.server.base.policies import Process
from tests.e2e.console.conftest import Face
from tests.e2e.portal.conftest import served as portal_served
from tests.e2e.portal.test_way_in import ingest_served
from tests.e2e.pressing import sign_in
from tests.e2e.serving import face_served, free_port, opened
from tests.integration.console.office import PASSWORD, SECRET
from tests.support.fake_device import Request
from tests.support.story import Story

SLOW = 12
ANSWERED_MS = 9_000  # sooner than a slow body is ended (`offmon.serving.bodies`)
ENDED_S = 30
FACES = {  # where each takes a body, and what it says of one that did not come in time
    "console": ("console.localhost", "/sign-in/", b" 408 "),
    "portal": ("portal.localhost", "/en/", b" 408 "),
    "website": ("www.localhost", "/en/contact/", b" 408 "),
    "ingest": ("127.0.0.1", "/v1/batches", b" 503 "),
}


def test_slow_bodies_keep_nobody_out_and_are_ended(chromium: Browser, face: Face) -> None:
    story = face.story
    with ExitStack() as stack:
        ports = {"console": int(face.address.rpartition(":")[2])}
        for name, started in {"portal": portal, "website": website, "ingest": ingest}.items():
            ports[name] = stack.enter_context(started(story))
        slow = {name: [stack.enter_context(begun(name, ports[name])) for _ in range(SLOW)] for name in FACES}
        with opened(chromium, face.address) as page:
            page.set_default_timeout(ANSWERED_MS)
            page.goto("/")
            sign_in(page, "colleague", PASSWORD, code_of(SECRET, step_of(clock.now())))
            assert page.locator("h1").inner_text() == "Your work"
        assert send(ports["ingest"], face.apart(lambda: a_batch(story, ports["ingest"]))) == 200
        for name in ("portal", "website"):
            assert ask(ports[name], *FACES[name][:2]) == 200
        for name, (_, _, said) in FACES.items():
            assert all(said in one.recv(64) for one in slow[name]), name


def test_strangers_with_much_to_send_keep_no_upload_out(chromium: Browser, face: Face) -> None:
    """Fifteen connections without an account, which together would fill the room for bodies (issue 35)."""
    port = int(face.address.rpartition(":")[2])
    with ExitStack() as stack, opened(chromium, face.address) as page:
        page.goto("/")
        sign_in(page, "supervisor", PASSWORD, code_of(SECRET, step_of(clock.now())))
        for _ in range(15):
            assert b" 413 " in stack.enter_context(much_begun(port)).recv(64)
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
        upload = Request("POST", "/", bytes(20 << 20), {"Host": f"console.localhost:{port}", "Cookie": cookies})
        assert send(port, upload) == 403  # it was read as a whole, and was no form of ours


@contextmanager
def much_begun(port: int) -> Iterator[socket.socket]:
    """A request that says it has 18 MiB. It is answered before any of them comes, or not at all."""
    with socket.create_connection(("127.0.0.1", port), timeout=ENDED_S) as one:
        head = f"POST /sign-in/ HTTP/1.1\r\nHost: console.localhost:{port}\r\nContent-Length: {18 << 20}\r\n\r\n"
        one.sendall(head.encode())
        yield one


@contextmanager
def portal(story: Story) -> Iterator[int]:
    with portal_served(story, story.database) as address:
        yield int(address.rpartition(":")[2])


@contextmanager
def ingest(story: Story) -> Iterator[int]:
    port = free_port()
    with ingest_served(story, story.database, port):
        yield port


@contextmanager
def website(story: Story) -> Iterator[int]:
    port = free_port()
    told = {
        "OFFMON_DATABASE_URL": story.database.url(Process.WEBSITE),
        "OFFMON_WEBSITE_URL": f"http://www.localhost:{port}",
        "OFFMON_PUBLISHED": str(story.folder),
    }
    with face_served("offmon.server.faces.website.wsgi", told, story.folder / "website.log", port):
        yield port


@contextmanager
def begun(name: str, port: int) -> Iterator[socket.socket]:
    """A request of which three of a thousand bytes come, and no more."""
    host, path, _ = FACES[name]
    with socket.create_connection(("127.0.0.1", port), timeout=ENDED_S) as one:
        head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 1000\r\n"
        one.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nabc".encode())
        yield one


def a_batch(story: Story, port: int) -> Request:
    story.device.server = f"http://127.0.0.1:{port}"
    first = len(story.device.leaves)
    story.disclose()
    return story.device.send(first)


def send(port: int, request: Request) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERED_MS / 1000)) as connection:
        connection.request(request.method, request.path, request.body, request.headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def ask(port: int, host: str, path: str) -> int:
    return send(port, Request("GET", path, b"", {"Host": f"{host}:{port}"}))
