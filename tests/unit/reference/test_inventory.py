"""The data inventory names every field that can leave a device, and no other; each has a line (design §7, R-DPA-8).

Rules
- A request's form is read, to the letter, from each request that a device really sends. Its content is read from the types, down to the
  innermost.
- A new field, or a new type inside a known one, fails here until it is in the inventory. There it needs a line of the catalogue.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from socket import socket
from typing import Any, TypeAliasType, cast, get_args, get_type_hints

import pytest

from offmon.agent import enrol
from offmon.agent import http as agent_http
from offmon.agent.clock import Timekeeper, now
from offmon.agent.delivery import Delivery
from offmon.agent.history_opening import Opening, _ask_once
from offmon.agent.home import AgentHome
from offmon.agent.kept_history import Extent
from offmon.agent.keys import load_or_draw
from offmon.agent.outbox import Outbox
from offmon.agent.portal_code import Asking, PortalCodeOutcome, ask
from offmon.agent.transport import Client
from offmon.agent.trust_state import Belief
from offmon.core.access import portal_access
from offmon.core.authority import profile
from offmon.core.authority.inventory import FIELDS, NEVER, RECORD, InventoryField, InventoryPart, Lies, lines
from offmon.core.formats import batches, beat, codec, dsse, envelope, event, httpsig, kept_history, protocol
from offmon.server.faces.website import collected
from offmon.words.catalogue import Language, texts, translate
from tests.support.fake_agency import FakeAgency
from tests.support.fake_ingest import FakeIngest
from tests.unit.reference.drawing import check_drawn, row

LEAVING: dict[str, Any] = {
    "signature-input": httpsig.SignatureInput,
    "claim": event.Claim,
    "list": profile.ListRef,
    "envelope": event.Envelope,
    "body": event.Body,
    "enclosed": envelope.Enclosed,
    "gap": event.Gap,
    "note": event.DeviceNote,
    "forgotten": event.ForgottenLeaf,
    "disclosure-leaf": event.DisclosureLeaf,
    "gap-leaf": event.GapLeaf,
    "note-leaf": event.NoteLeaf,
    "device-checkpoint": event.DeviceCheckpoint,
    "batch": event.Batch,
    "acknowledged": event.Acknowledged,
    "signed": dsse.Signed,
    "signature": dsse.Signature,
    "sent-beat": beat.SentBeat,
    "beat": beat.Beat,
    "enrol": protocol.Enrol,
    "list-key": profile.HpkeKey,
    "way-in": portal_access.DrawnWayIn,
    "history-ask": kept_history.HistoryAsk,
}
CARRIED = {
    protocol.ENROL_PATH: ("POST", {"enrol"}),
    protocol.PROFILE_PATH: ("GET", set[str]()),
    protocol.BATCHES_PATH: ("POST", {"batch"}),
    protocol.BEATS_PATH: ("POST", {"sent-beat"}),
    protocol.WAY_IN_PATH: ("POST", {"signed"}),
    protocol.HISTORY_PATH: ("POST", {"signed"}),
}
"""What each request carries, and by which method."""
LACKS = {
    protocol.PROFILE_PATH: {"Content-Type", "body"},
    protocol.BEATS_PATH: {*("Content-Digest", "Signature-Input", "Signature", "Content-Type", "If-None-Match")},
}
"""What a request does not carry, where others do: but for one, that is only what the device holds."""
IN_BYTES = {
    ("disclosure-leaf", "ciphertext"): ("enclosed",),
    ("batch", "checkpoint"): ("signed",),
    ("signed", "payload"): ("device-checkpoint", "way-in", "history-ask"),
}
"""Documents that stand in another as bytes: the types do not say so."""
SHARED = {
    "alive.at": {"at"},
    "alive.clock": {"clock_offset_ms"},
    "claim.permission": {"profile", "profile_version"},
    "claim.list": {"id", "name"},
    "each.device": {"device"},
    "each.kind": {
        *{"method", "path", "Host", "Accept-Encoding", "Content-Length", "Content-Type"},
        "payloadType",
    },
    "each.place": {"epoch", "n", "first"},
    "each.time": {"created", "expires"},
    "gap.before": {"last_epoch", "last_size"},
    "gap.period": {"since", "until"},
    "history.days": {"first_on", "last_on"},
    "lost.checks": {"commit", "ciphertext", "proof"},
    "enrol.keys": {"device_key", "suite", "key"},
    "checks.digests": {"Content-Digest", "root", "state", "If-None-Match"},
    "checks.random": {"nonce", "salt"},
    "checks.signature": {"Signature", "keyid", "sig", "signature"},
}
"""The lines that tell of several fields: whoever adds one here has read that the line says it."""


def inside(hint: Any) -> Iterator[str]:
    """The documents in a field of that type."""
    if isinstance(hint, TypeAliasType):
        yield from inside(hint.__value__)
    elif isinstance(hint, type) and is_dataclass(hint):
        yield from [name for name, kind in LEAVING.items() if kind is hint] or [hint.__qualname__]
    for one in get_args(hint):
        yield from inside(one)


def all_sent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every request of a device that enrols, gets its profile, tells that it is there, and asks for a way in: the bytes on the line."""
    monkeypatch.setattr("offmon.agent.home.check_account", lambda _uid: None)  # root may run the tests
    requests: list[bytes] = []
    really = agent_http.ask

    class Heard:
        """A line, of which each request is kept as it was sent."""

        def __init__(self, line: socket) -> None:
            self._line, self.makefile = line, line.makefile

        def sendall(self, data: bytes) -> None:
            requests.append(data)
            self._line.sendall(data)

    def heard(line: Any, *given: Any, **more: Any) -> agent_http.Answer:
        return really(cast("socket", Heard(line)), *given, **more)

    monkeypatch.setattr(agent_http, "ask", heard)
    home = AgentHome(folder / "home")
    keys, ingest = load_or_draw(home), FakeIngest(FakeAgency(now()))
    with closing(ingest.serve(now)) as server:
        enrolled = enrol.enrol(home, keys, server.url, ingest.code, now())
        ingest.agency.issue()
        belief = Belief(home, enrol.identity(enrolled, keys), enrolled, Timekeeper(now()))
        with closing(Outbox(home.outbox, enrolled.device, now())) as outbox:
            client, asking = Client(server.url, keys.signing), Asking(enrolled.device, keys.signing, now())
            ask(asking, client, belief)
            while asking.outcome is None:  # half a minute at most: it says then that it cannot be had
                time.sleep(0.01)
            extent = Extent(1, now(), now(), (b"an enclosed key",))
            _ask_once(Opening(enrolled.device, keys.signing, extent, now()), client, belief)
            known, delivery = beat.known_as(*belief.names), Delivery(client, outbox, belief, keys, 100, safe_until=now)
            outbox.note(event.NoteKind.STARTED, now())
            while not ingest.short_heartbeats:  # a whole one and the note come before it
                delivery.step()
                time.sleep(0.01)
    assert belief.held is not None
    assert asking.outcome is PortalCodeOutcome.KEPT
    assert [f"If-None-Match: {known}\r\n".encode() in one for one in requests].count(True) == 1
    return requests


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What goes over the line, by the path of `CARRIED` that it is for."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        found = all_sent(tmp_path_factory.mktemp("device"), monkeypatch)
    named = {path: [one for one in found if path.encode() in one.partition(b"\r\n")[0]] for path in CARRIED}
    assert sum(len(those) for those in named.values()) == len(found)
    return {path: those[-1] for path, those in named.items()}


def loaded(name: str, body: bytes) -> object:
    """A document that a request carries: a short heartbeat has a form of its own."""
    kind = LEAVING[name]
    return beat.load(body) if kind is beat.SentBeat else codec.load(kind, body, max_size=batches.MAX_BATCH)


@pytest.mark.parametrize("path", CARRIED)
def test_each_request_is_to_the_letter_what_it_names_and_nothing_more(requests: dict[str, bytes], path: str) -> None:
    method, carried = CARRIED[path]
    head, _, body = requests[path].partition(b"\r\n\r\n")
    line, *given = head.decode("ascii").split("\r\n")
    assert line == f"{method} {path} HTTP/1.1"
    headers = [(name, value) for name, _, value in (header.partition(": ") for header in given)]
    said = ["network address", "method", "path", *(name for name, _ in headers), *(["body"] if body else [])]
    lacks = LACKS.get(path, {"If-None-Match"})
    assert said == [field.name for field in FIELDS if field.document == "request" and field.name not in lacks]
    # The signature, and what of the request it names, the server has checked; no other value can tell of anything.
    checked = {"Host", "Signature-Input", "Signature", "If-None-Match"}
    fixed = {
        "Accept-Encoding": "identity",
        "Content-Length": str(len(body)),
        "Content-Digest": httpsig.content_digest(body),
        "Content-Type": "application/json",
    }
    values = {name: value for name, value in headers if name not in checked}
    assert values == {name: value for name, value in fixed.items() if name not in lacks}
    assert [name for name in carried if loaded(name, body)] == list(carried)
    assert bool(body) == bool(carried)


def test_it_names_every_field_that_can_leave_and_no_other() -> None:
    said = list(dict.fromkeys((field.document, field.name) for field in FIELDS if field.document != "request"))
    assert said == [(name, field.name) for name, kind in LEAVING.items() for field in fields(kind)]


def test_it_goes_down_to_the_last_type_inside() -> None:
    """Nothing is sent inside another document that stands in no line of its own."""
    paths = {value for name, value in vars(protocol).items() if name.endswith("_PATH")}
    assert {*CARRIED, protocol.MARKER_PATH} == paths  # a browser opens that one, and nothing is sent there
    held = {(field.document, field.name): field.holds for field in FIELDS if field.document in LEAVING}
    typed = {
        (name, field): tuple(inside(hint))
        for name, kind in LEAVING.items()
        for field, hint in get_type_hints(kind).items()
        if field in {one.name for one in fields(kind)}
    }
    assert held == typed | IN_BYTES
    carried = next(set(field.holds) for field in FIELDS if (field.document, field.name) == ("request", "body"))
    assert carried == set().union(*(documents for _, documents in CARRIED.values()))
    # … and each document stands in another, or in the request.
    assert {"signature-input", *carried}.union(*held.values()) == set(LEAVING)


@pytest.mark.parametrize("language", Language)
def test_a_line_tells_of_each_field_or_it_is_made_of_such(language: Language) -> None:
    untold = [
        f"{field.document}.{field.name}"
        for field in FIELDS
        if field.said and f"inventory.leaves.{field.said}" not in texts(language)
    ]
    assert untold == []
    assert all(f"inventory.about.{part}" in texts(language) for part in InventoryPart if part not in RECORD)
    for said, holds in (("", ()), ("gap.lost", ("gap",))):
        with pytest.raises(ValueError, match="a line tells of a field"):
            InventoryField("gap", "lost", "how many", "to declare it", Lies.CLEAR, said, holds)


def test_a_line_tells_of_one_field_unless_it_says_each_of_several() -> None:
    """So nothing new is sent behind words that were written for something else."""
    told: dict[str, list[str]] = {}
    for field in FIELDS:
        told.setdefault(field.said, []).append(field.name)
    assert {line: set(names) for line, names in told.items() if line and len(names) > 1} == SHARED


def test_a_line_never_promises_less_than_its_fields() -> None:
    """What is told as locked, or as sent under a grant alone, is so for each field that the line tells of."""
    for field in FIELDS:
        if field.part in RECORD:
            alike = [one for one in FIELDS if one.said == field.said]
            assert {one.under for one in alike} == {field.under} != {()}
            assert {one.lies for one in alike} == {field.lies}
        elif field.part is not None:
            assert field.lies is Lies.CLEAR
    assert {field.part for field in FIELDS if field.lies is Lies.ENCLOSED} == {InventoryPart.BODY, None}


@pytest.mark.parametrize("language", Language)
def test_the_public_page_says_each_line_and_a_new_one(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    def said() -> list[str]:
        parts = (*collected.of_a_record(language), *collected.of_the_device(language))
        return [what for one in parts for what in one.what]

    wanted = [translate(language, f"inventory.leaves.{line}") for part in lines(FIELDS).values() for line in part]
    assert sorted(said()) == sorted(wanted)
    # A device that also sends a serial number: its inventory needs a line, and the page has that line.
    more = replace(next(f for f in FIELDS if f.document == "device-checkpoint"), name="serial", said="alive.serial")
    monkeypatch.setattr(collected, "FIELDS", (*FIELDS, more))
    with pytest.raises(ValueError, match=r"no text 'inventory\.leaves\.alive\.serial'"):
        said()


def test_only_bodies_are_enclosed_and_all_of_them() -> None:
    enclosed = {f.document for f in FIELDS if f.lies is Lies.ENCLOSED and f.said}
    assert enclosed == {"body", "enclosed"}
    assert not enclosed & {f.document for f in FIELDS if f.lies is Lies.CLEAR}


def test_the_page_is_drawn_from_it() -> None:
    drawn = [
        "# Data inventory",
        "",
        "Every field that can leave a device. Drawn from `core/authority/inventory.py`, which a test holds to what is sent.",
        "Clear fields of a disclosure are personal data too; enclosed ones are opened by the vault alone, for one logged request.",
        "The last column is the line of the catalogue by which the person is told, on the public page, in the notice and on the device.",
        "",
        row("document", "field", "what it is", "why it is sent", "lies", "under which grant", "how it is told"),
        row(*["---"] * 7),
        *(
            row(
                f.document,
                f"`{f.name}`",
                f.what,
                f.why,
                f.lies,
                ", ".join(f.under) or "any, or none: it tells of the device",
                f"`{f.said}`" if f.said else "by what it holds: " + ", ".join(f"`{one}`" for one in f.holds),
            )
            for f in FIELDS
        ),
        "",
        "## Never collected",
        "",
        *(f"- {what}" for what in NEVER),
    ]
    check_drawn("data-inventory.md", drawn)
