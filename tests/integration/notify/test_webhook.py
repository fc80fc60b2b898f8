"""A control room is told by a signed webhook, at an address outside, and nothing else is asked (issue 20)."""

import json
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from unittest.mock import patch

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from offmon.core.alerts.reaching import WAITS_MS, ChannelKind, Purpose, TryOutcome
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id
from offmon.server.processes.notify import webhook
from offmon.server.processes.notify.letter import Letter
from offmon.server.processes.notify.webhook import ControlRooms
from offmon.server.reaching.queries import Destination
from tests.integration.notify.office import add_room, later, sending, told
from tests.support.govuk import serving
from tests.support.story import Story

ID, SECRET = "1" * 32, b"s" * 32


def letter(address: str) -> Letter:
    to = Destination(Id(ID), ChannelKind.WEBHOOK, address, SECRET)
    return Letter(to, ID, 1, Purpose.CALL, Gravity.URGENT, "4F7K")


@dataclass
class Room:
    """A control room's system: what it answers (a status, where else it is, how much it says), and what it was told."""

    status: int = 204
    location: str | None = None
    body: bytes = b""
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def inside(self) -> tuple[str, ...]:
        return (f"127.0.0.1:{self.port}",)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/offmon"

    @contextmanager
    def up(self) -> Iterator["Room"]:
        room = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the library's name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                room.told.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(room.status)
                if room.location is not None:
                    self.send_header("Location", room.location)
                self.end_headers()
                self.wfile.write(room.body)

            def log_message(self, *_said: object) -> None:
                pass

        with serving(Handler) as self.port:
            yield self

    def send(self) -> TryOutcome:
        return ControlRooms(self.inside).send(letter(self.address))


def test_it_is_signed_and_says_how_grave_and_the_reference_and_nothing_else() -> None:
    with Room().up() as room:
        assert room.send() is TryOutcome.SENT
    [(headers, body)] = room.told
    said = Webhook(b64encode(SECRET).decode()).verify(body, headers)
    assert (said["type"], said["data"]) == ("offmon.call", {"gravity": "urgent", "reference": "4F7K"})
    assert set(said) == {"type", "timestamp", "data"}
    assert headers["webhook-id"] == ID
    with pytest.raises(WebhookVerificationError):
        Webhook(b64encode(b"another").decode()).verify(body, headers)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, TryOutcome.SENT),
        (204, TryOutcome.SENT),
        (400, TryOutcome.REFUSED),
        (404, TryOutcome.REFUSED),
        (408, TryOutcome.UNREACHABLE),
        (429, TryOutcome.UNREACHABLE),
        (500, TryOutcome.UNREACHABLE),
        (503, TryOutcome.UNREACHABLE),
    ],
)
def test_its_answer_says_whether_it_is_tried_again(status: int, outcome: TryOutcome) -> None:
    with Room(status).up() as room:
        assert room.send() is outcome


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with Room().up() as inner, Room(status, inner.address).up() as room:
        assert room.send() is TryOutcome.REFUSED
    assert (len(room.told), inner.told) == (1, [])


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], ["fd00::1"]])
def test_a_name_that_leads_inside_is_not_connected_to(found: list[str]) -> None:
    with patch.object(socket, "create_connection", side_effect=OSError) as connected:
        rooms = ControlRooms(resolve=lambda _host, _port: found)
        assert rooms.send(letter("https://control.police.invalid/x")) is TryOutcome.FORBIDDEN
    assert not connected.called


def test_the_address_that_was_looked_at_is_the_one_connected_to_whatever_the_name_says_next() -> None:
    """A name that turns inside between the question and the connection (DNS rebinding) is asked once."""
    answers = [["8.8.8.8"], ["127.0.0.1"]]
    with patch.object(socket, "create_connection", side_effect=OSError) as connected:
        rooms = ControlRooms(resolve=lambda _host, _port: answers.pop(0))
        assert rooms.send(letter("https://control.police.invalid/x")) is TryOutcome.UNREACHABLE
    [call] = connected.call_args_list
    assert call.args[0] == ("8.8.8.8", 443)
    assert len(answers) == 1


def test_a_plain_address_inside_is_refused_unless_the_configuration_names_it() -> None:
    with Room().up() as room:
        assert ControlRooms().send(letter(room.address)) is TryOutcome.FORBIDDEN
        assert ControlRooms(("127.0.0.1:1",)).send(letter(room.address)) is TryOutcome.FORBIDDEN
    assert room.told == []


def test_of_a_long_answer_little_is_read_and_a_slow_one_ends() -> None:
    with Room(body=b"x" * 10_000_000).up() as room:
        assert room.send() is TryOutcome.SENT
    with socket.create_server(("127.0.0.1", 0)) as server, patch.object(webhook, "LONGEST_S", 0.5):
        stop = threading.Event()
        thread = threading.Thread(target=_drip, args=(server, stop))
        thread.start()
        port = server.getsockname()[1]
        outcome = ControlRooms((f"127.0.0.1:{port}",)).send(letter(f"http://127.0.0.1:{port}/"))
        stop.set()
        thread.join()
    assert outcome is TryOutcome.UNREACHABLE


def _drip(server: socket.socket, stop: threading.Event) -> None:
    """A server that answers a byte at a time, without an end."""
    connection, _ = server.accept()
    with connection:
        while not stop.wait(0.05):
            try:
                connection.sendall(b"H")
            except OSError:
                return


def test_the_control_room_of_the_agency_is_told_beside_who_is_called(story: Story) -> None:
    with Room(500).up() as room:
        secret = add_room(story, room.address, room.inside)
        with sending(story, OFFMON_WEBHOOK_INSIDE=room.inside) as office:
            office.turn()
            room.status = 204
            later(story, WAITS_MS[0])
            office.turn()
    assert told(story) == [(1, "unreachable"), (2, "sent")]
    first, second = room.told
    assert first[0]["webhook-id"] == second[0]["webhook-id"], "by which it tells a second one"
    Webhook(secret).verify(second[1], second[0])
    assert set(json.loads(second[1])["data"]) == {"gravity", "reference"}
