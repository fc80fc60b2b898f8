"""An ingest that speaks the device protocol over real HTTP with real signatures, and keeps what it got in memory.

It can answer the next requests with problems, forget what it has (a restored backup), or lose an answer.
"""

import base64
import secrets
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from offmon.core.access.portal_access import DrawnWayIn, read
from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats import batches, beat, codec, dsse, event, httpsig, kept_history, protocol
from offmon.core.formats.envelope import open_bytes, open_checked, seal_bytes
from offmon.core.formats.event import Batch, Gap, Receipt
from offmon.core.formats.kept_history import HistoryAnswer, HistoryAsk, answer_place, key_place
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.problem import CONTENT_TYPE, Problem, ProblemBody, answer
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.tlog.merkle import Frontier
from offmon.server.intake.epochs import EpochHead, head_for
from tests.support.fake_agency import FakeAgency
from tests.support.patience import PATIENCE_S

# What the real one sends besides: whoever counts bytes counts these too.
AS_INGEST = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Request-Id": "0" * 32}


@dataclass(frozen=True)
class Request:
    """One request, as it came over the line."""

    message: httpsig.Message
    path: str
    headers: Mapping[str, str]

    def header(self, name: str) -> str:
        return self.headers.get(name, "")


@dataclass
class Journal:
    """What is known of one epoch."""

    leaves: list[event.Sent] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)


@dataclass
class FakeIngest:
    """The service. Start with `serve`; what arrived is in `journals`, by epoch in order of arrival."""

    agency: FakeAgency
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(10))
    journals: dict[Id, Journal] = field(default_factory=dict)
    heartbeats: int = 0
    short_heartbeats: int = 0
    polls: int = 0
    boot: Id | None = None
    nonces: set[str] = field(default_factory=set)
    next_answers: deque[ProblemBody | None] = field(default_factory=deque)
    """Told to `/v1/batches` first: a problem; or None, which takes the batch and loses the answer."""
    next_of_leaves: deque[ProblemBody | None] = field(default_factory=deque)
    """The same, told to what is no heartbeat."""
    ways_in: list[DrawnWayIn] = field(default_factory=list)
    next_ways_in: deque[ProblemBody | None] = field(default_factory=deque)
    """Told to `/v1/way-in` first, in the same way."""
    opens_history: bool = False
    """An officer opened what the device asks `/v1/history`."""
    histories: set[Digest] = field(default_factory=set)
    """The requests of it that came."""
    hears_history: bool = True
    """False: no request of it gets an answer."""
    skew_ms: int = 0
    log_checkpoint: str | None = None
    unasked: list[str] = field(default_factory=list)

    @property
    def code(self) -> protocol.Code:
        return protocol.code_for(self.secret, self.agency.root.public)

    def leaves(self) -> list[event.Sent]:
        return [leaf for known in self.journals.values() for leaf in known.leaves]

    def gaps(self) -> list[Gap]:
        return [leaf.gap for leaf in self.leaves() if isinstance(leaf, event.GapLeaf)]

    def notes(self) -> list[event.DeviceNote]:
        return [leaf.note for leaf in self.leaves() if isinstance(leaf, event.NoteLeaf)]

    def disclosures(self) -> list[tuple[event.Envelope, event.Body]]:
        """Every disclosure that arrived, opened with the evidence key and held to its commitment."""
        return [
            (leaf.envelope, open_checked(leaf.envelope, leaf.ciphertext, self.agency.evidence).body)
            for leaf in self.leaves()
            if isinstance(leaf, event.DisclosureLeaf)
        ]

    def serve(self, now: Callable[[], Ms]) -> "Server":
        """Listen on a free port of this machine; `now` gives the agency's time."""
        return Server(self, now)

    def handle(self, request: Request, at: Ms) -> ProblemBody | None:
        """The answer to a request; None: it is lost on the way back."""
        try:
            return self._handle(request, Ms(at + self.skew_ms))
        except Malformed as error:
            return answer(Problem.UNSIGNED if error.code == "unsigned" else Problem.MALFORMED)
        except NotAuthentic as error:
            self.unasked.append(error.code)
            return answer(Problem.BAD_SIGNATURE)
        except batches.MissingFrom as error:
            return answer(Problem.MISSING_FROM, n=error.n)
        except batches.Forked:
            if not self.journals:
                return answer(Problem.FORKED)
            epoch, known = list(self.journals.items())[-1]
            return answer(Problem.FORKED, epoch=epoch, size=known.frontier.size)

    def _handle(self, request: Request, at: Ms) -> ProblemBody | None:
        if request.path == protocol.BEATS_PATH:
            return self._beat(beat.load(request.message.body), request.message.uri, at)
        given = httpsig.parse(request.header("Signature-Input"))
        path, body = request.path, request.message.body
        asked = codec.load(protocol.Enrol, body, max_size=1 << 14) if path == protocol.ENROL_PATH else None
        vkey = asked.device_key if asked else self.agency.device_key
        if not vkey:
            return answer(Problem.UNKNOWN_DEVICE)
        key = PublicKey.parse(vkey)
        httpsig.check(request.message, request.header("Content-Digest"), given, request.header("Signature"), key)
        if given.nonce in self.nonces:
            return answer(Problem.REPLAYED)
        self.nonces.add(given.nonce)
        if abs(given.created * 1000 - at) > httpsig.MAX_SKEW_S * 1000:
            signed = dsse.sign(protocol.SignedTime(at, given.nonce), self.agency.keys[KeyRole.RECEIPT])
            return answer(Problem.CLOCK_SKEW, time=base64.b64encode(signed).decode())
        if asked is not None:
            if asked.secret != self.secret:
                return answer(Problem.BAD_CODE)
            self.agency.device_key, self.agency.list_key = asked.device_key, asked.list_key
            return ProblemBody(201, codec.dump(self.agency.enrolled()))
        if (request.message.method, path) == ("GET", protocol.PROFILE_PATH):
            update = self.agency.update()
            self.polls += 1
            profile = None if update.profile is None else dsse.digest_of(update.profile)
            if request.header("If-None-Match") == beat.known_as(dsse.digest_of(update.keys[-1]), profile):
                return ProblemBody(304, b"")
            return ProblemBody(200, codec.dump(update))
        if (request.message.method, path) == ("POST", protocol.BATCHES_PATH):
            return self._batch(codec.load(Batch, body, max_size=batches.MAX_BATCH), key, given.nonce, at)
        if (request.message.method, path) == ("POST", protocol.HISTORY_PATH):
            if not self.hears_history:
                return None
            ask = kept_history.read(body, self.agency.device, key, at)
            self.histories.add(dsse.digest_of(body))
            keys = self._history_keys(ask, dsse.digest_of(body)) if self.opens_history else None
            return ProblemBody(200, codec.dump(HistoryAnswer(keys)))
        if (request.message.method, path) == ("POST", protocol.WAY_IN_PATH):
            return self._way_in(read(body, self.agency.device, key, at), given.nonce, at)
        return answer(Problem.NOT_FOUND)

    def _beat(self, sent: beat.SentBeat, uri: str, at: Ms) -> ProblemBody | None:
        said, update = sent.beat, self.agency.update()
        if not self.agency.device_key:
            return answer(Problem.UNKNOWN_DEVICE)
        sent.check(uri, PublicKey.parse(self.agency.device_key))
        if said.nonce(uri) in self.nonces:
            return answer(Problem.REPLAYED)
        self.nonces.add(said.nonce(uri))
        if abs(said.corrected - at) > httpsig.MAX_SKEW_S * 1000:
            signed = dsse.sign(protocol.SignedTime(at, said.nonce(uri)), self.agency.keys[KeyRole.RECEIPT])
            return answer(Problem.CLOCK_SKEW, time=base64.b64encode(signed).decode())
        told = self.next_answers.popleft() if self.next_answers else ...
        if isinstance(told, ProblemBody):
            return told
        if not self.journals:
            return ProblemBody(204, b"")
        epoch, known = list(self.journals.items())[-1]
        head = (self.agency.device, epoch, known.frontier.size, Digest(known.frontier.root.hex()))
        names = (
            dsse.digest_of(update.keys[-1]),
            None if update.profile is None else dsse.digest_of(update.profile),
        )
        if self.boot is None or said.state != beat.DeviceState(*head, self.boot, *names, self.log_checkpoint).digest:
            return ProblemBody(204, b"")
        self.heartbeats += 1
        self.short_heartbeats += 1
        if told is None:
            return None
        receipt = Receipt(*head, (), said.nonce(uri), at, self.log_checkpoint)
        return ProblemBody(200, beat.answer(receipt, self.agency.keys[KeyRole.RECEIPT]))

    def _history_keys(self, asked: HistoryAsk, digest: Digest) -> tuple[bytes, ...]:
        """As the vault gives them, once an officer had it opened."""
        place, agency = key_place(self.agency.deployment, self.agency.device), self.agency
        keys = (open_bytes(key, agency.evidence, place) for key in asked.keys)
        return tuple(
            seal_bytes(key, agency.list_key, answer_place(agency.device, digest, n)) for n, key in enumerate(keys)
        )

    def _way_in(self, drawn: DrawnWayIn, nonce: str, at: Ms) -> ProblemBody | None:
        self.ways_in.append(drawn)
        if self.next_ways_in:
            return self.next_ways_in.popleft()
        return ProblemBody(200, dsse.sign(protocol.SignedTime(at, nonce), self.agency.keys[KeyRole.RECEIPT]))

    def _batch(self, batch: Batch, key: PublicKey, nonce: str, at: Ms) -> ProblemBody | None:
        waiting = self.next_of_leaves if batch.leaves and self.next_of_leaves else self.next_answers
        told = waiting.popleft() if waiting else ...
        if isinstance(told, ProblemBody):
            return told
        checkpoint = dsse.open_signed(event.DeviceCheckpoint, batch.checkpoint, key)
        leaves = batches.check_batch(batch, checkpoint)
        if batch.acknowledged is not None:
            own = self.agency.keys[KeyRole.RECEIPT].public
            batches.check_acknowledged(batch, checkpoint, dsse.open_signed(Receipt, batch.acknowledged.receipt, own))
        journals = enumerate(self.journals.items())
        heads = [EpochHead(epoch, number, known.frontier) for number, (epoch, known) in journals]
        known = self.journals.get(head_for(batch, heads).epoch, Journal())
        grown = batches.extend(known.frontier, batch, leaves, known.hashes[batch.first :], checkpoint)
        fresh = grown.size - known.frontier.size
        if fresh:
            known.leaves += batch.leaves[-fresh:]
            known.hashes += [leaf.hash for leaf in leaves[-fresh:]]
            known.frontier = grown
            self.journals[batch.epoch] = known
        self.heartbeats += not batch.leaves
        self.boot = checkpoint.boot
        receipt = Receipt(
            device=batch.device,
            epoch=batch.epoch,
            size=grown.size,
            root=Digest(grown.root.hex()),
            refused=(),
            nonce=nonce,
            at=at,
            log_checkpoint=self.log_checkpoint,
        )
        if told is None:
            return None
        return ProblemBody(200, dsse.sign(receipt, self.agency.keys[KeyRole.RECEIPT]))


class Server:
    """The listening side of a `FakeIngest`."""

    def __init__(self, ingest: FakeIngest, now: Callable[[], Ms]) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            server_version, sys_version = "granian", ""

            def do_POST(self) -> None:
                self._answer()

            def do_GET(self) -> None:
                self._answer()

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                uri = f"http://{self.headers['Host']}{self.path}"
                names = ("Signature-Input", "Signature", "Content-Digest", "If-None-Match")
                headers = {name: self.headers.get(name, "") for name in names}
                with lock:
                    told = ingest.handle(Request(httpsig.Message(self.command, uri, body), self.path, headers), now())
                if told is None:
                    self.close_connection = True
                    return
                self.send_response(told.status)
                if self.path != protocol.BEATS_PATH or told.status >= 300:
                    self.send_header("Content-Type", "application/json" if told.status < 300 else CONTENT_TYPE)
                self.send_header("Content-Length", str(len(told.body)))
                for name, value in AS_INGEST.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(told.body)

            def log_message(self, *_: object) -> None:
                return

        lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(PATIENCE_S)
