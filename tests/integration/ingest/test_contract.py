"""docs/api/openapi.yaml against the running face: it documents the answer to every request, by anybody (R-SEC-11).

`contract.ask` checks every answer. Each run draws the same requests.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from psycopg import sql
from schemathesis import GenerationMode

from offmon.core import clock
from offmon.core.authority import may_leave
from offmon.core.authority.profile import Profile, check_reads
from offmon.core.errors import OffmonError
from offmon.core.formats import codec, dsse, envelope
from offmon.core.formats.batches import MAX_BATCH
from offmon.core.formats.beat import known_as
from offmon.core.formats.event import Batch
from offmon.core.formats.journal import committed
from offmon.core.formats.kept_history import MOST_A_DAY
from offmon.core.formats.problem import Problem
from offmon.core.formats.protocol import Enrol
from offmon.core.ids import Digest, Ms
from offmon.server.base import statements
from offmon.server.intake import may_stay
from tests.database import Database
from tests.integration.ingest import arrange, contract
from tests.integration.ingest.arrange import Answer, InProcess, held, select, strangers
from tests.integration.ingest.contract import DISCLOSING, OPERATIONS, QUICK, Drawn, Sender, ask, drawn
from tests.prove.markers import proves
from tests.support.fake_device import FakeDevice, now


def enrollable(asked: Enrol) -> None:
    envelope.check_key(asked.list_key)
    check_reads(asked.schema)


READERS: dict[str, Callable[[bytes], object]] = {
    "enrol": lambda body: enrollable(codec.load(Enrol, body, max_size=MAX_BATCH)),
    "sendBatch": lambda body: [*map(committed, codec.load(Batch, body, max_size=MAX_BATCH).leaves)],
    "keepWayIn": dsse.signer_of,
    "askHistory": dsse.signer_of,
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")


@pytest.fixture
def sender(
    face: InProcess, case: arrange.Case, device: FakeDevice, profile: Profile, key_files: dict[str, str]
) -> Sender:
    return Sender(case, device, profile, Path(key_files["OFFMON_CODE_KEY_FILE"]).read_bytes())


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    tables = select(database, "select tablename from pg_tables where schemaname = 'public'")
    count = sql.SQL("select {}, count(*) from {}")
    counts = [count.format(sql.Literal(table), sql.Identifier(table)) for (table,) in tables]
    return dict(select(database, sql.SQL(" union all ").join(counts)))


# --- nobody ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_nobody_signed_is_refused_and_writes_nothing(database: Database, sender: Sender, name: str) -> None:
    before, asked = rows(database), 0

    def unsigned(case: Drawn) -> None:
        nonlocal asked
        asked += 1
        assert ask(case).status in (400, 401, 413)

    for mode in GenerationMode:
        drawn(OPERATIONS[name], mode, 20, unsigned)
    known = strangers(database)
    assert sum(known.values()) == asked > 20
    assert rows(database) == before | {"intake_stranger": len(known)}, "no more than a count by reason"


def test_there_is_no_other_operation(face: InProcess, database: Database, device: FakeDevice) -> None:
    """Signed as well as can be, and yet: no method but its own, at no address but these."""
    before = rows(database)
    theirs = {(operation.method.upper(), operation.path) for operation in OPERATIONS.values()}
    paths = {path for _, path in theirs} | {"/", "/v1/", "/v1/devices", "/openapi.yaml", "/admin/", "/v1/enrol/"}
    for method in METHODS:
        for path in paths:
            if (method, path) not in theirs:
                answer = face.send(replace(device.request("POST", path, b"{}"), method=method))
                assert answer.status == 404
                assert method == "HEAD" or contract.problem(answer) is Problem.NOT_FOUND
    assert rows(database) == before | {"intake_stranger": 1}


# --- a device -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_a_device_sends_as_the_contract_says_is_taken(sender: Sender, name: str) -> None:
    def own(case: Drawn) -> None:
        assert ask(case, sender.own(case)).status == (204 if name == "sendBeat" else 200)

    drawn(QUICK[name], GenerationMode.POSITIVE, 20, own, headers=False)


def test_at_least_200_signed_valid_batches_come_before_gate_2(database: Database, sender: Sender) -> None:
    reached = 0

    def own(case: Drawn) -> None:
        nonlocal reached
        before = admit.call_count
        assert ask(case, sender.own(case)).status == 200
        reached += admit.call_count > before

    with patch.object(may_stay, "admit", wraps=may_leave.admit) as admit:
        drawn(DISCLOSING["sendBatch"], GenerationMode.POSITIVE, 210, own, headers=False)
    assert reached >= 200
    assert select(database, "select count(*) from intake_leaf where held = 'held'") == [(len(sender.device.leaves),)]


@pytest.mark.parametrize("name", contract.WITH_BODY)
def test_what_a_device_signs_against_the_contract_is_refused_and_changes_nothing(
    database: Database, sender: Sender, name: str
) -> None:
    before = held(database)

    def as_drawn(case: Drawn) -> None:
        assert ask(case, sender.as_drawn(case)).status == 400

    drawn(OPERATIONS[name], GenerationMode.NEGATIVE, 20, as_drawn, headers=False)
    assert held(database) == before


@pytest.mark.parametrize("name", contract.WITH_BODY)
def test_what_is_one_thing_off_the_contract_is_malformed_and_changes_nothing(
    database: Database, sender: Sender, name: str
) -> None:
    """A valid request of a device of ours, with one place of it otherwise."""
    refused = 0

    def otherwise(case: Drawn) -> None:
        nonlocal refused
        true, sender.device = sender.device, sender.device.clone()
        by, body = sender.own(case)
        body = contract.mutated(body, Random(contract.written(case.body)))  # noqa: S311
        before = held(database)
        answer = ask(case, (by, body))
        if not contract.fits(case.operation, body):
            assert contract.problem(answer) is Problem.MALFORMED
            refused += 1
        if answer.status != 200:
            assert held(database) == before
            sender.device = true

    drawn(DISCLOSING[name], GenerationMode.POSITIVE, 25, otherwise, headers=False)
    assert refused > 10


# --- the two readings -----------------------------------------------------------------------------------------------------


def laxly(cls: Any, read: codec.Reader) -> codec.Reader:
    known = {*cls.__dataclass_fields__, "type", "kind"}
    return lambda value: read({k: v for k, v in value.items() if k in known} if isinstance(value, dict) else value)


@pytest.mark.parametrize("name", contract.WITH_BODY)
@proves("S66", codec._record, disabled=lambda cls: laxly(cls, codec._record(cls)), row="sendBatch")
def test_the_contract_and_the_strict_reader_agree_on_what_is_a_document(name: str) -> None:
    """On whatever is drawn by the contract, and on what is one thing off it. Neither is laxer than the other."""
    agreed = Counter[bool]()

    def read(case: Drawn) -> None:
        body = contract.written(case.body)
        chance = Random(body)  # noqa: S311
        for one in (body, *(contract.mutated(body, chance) for _ in range(25))):
            fits = contract.fits(case.operation, one)
            assert is_read(name, one) == fits, one
            agreed[fits] += 1

    drawn(QUICK[name], GenerationMode.POSITIVE, 60, read, headers=False)
    assert min(agreed[True], agreed[False]) > 100


def is_read(name: str, body: bytes) -> bool:
    try:
        READERS[name](body)
    except OffmonError:
        return False
    return True


# --- every status ---------------------------------------------------------------------------------------------------------


def test_every_status_that_the_contract_documents_is_one_that_the_operation_can_answer(sender: Sender) -> None:
    """Each is met here, and none is unreachable. One that the contract gains needs its own way in `PROVOKED`."""
    missed = []

    def each(case: Drawn) -> None:
        for status in map(int, case.operation.definition.raw["responses"]):
            ways = OF_A_BEAT if case.operation is DISCLOSING["sendBeat"] else PROVOKED
            if ways[status](case, sender).status != status:
                missed.append((case.operation.label, status))

    for operation in DISCLOSING.values():
        drawn(operation, GenerationMode.POSITIVE, 1, each, headers=False)
    assert missed == []


def with_a_wrong_code(case: Drawn, sender: Sender) -> Answer:
    other = FakeDevice(sender.device.server)
    return ask(case, (other, other.enrol(b"0123456789").body))


def twice(case: Drawn, sender: Sender) -> Answer:
    signed = sender.own(case)
    return [ask(case, signed, nonce="0" * 32) for _ in range(2)][-1]


def without_a_profile(case: Drawn, sender: Sender) -> Answer:
    """Of a device that has none of its own: its batch names another's."""
    other = sender.case.enrolled(sender.device.server)
    other.digests |= sender.device.digests
    is_batch = case.operation is DISCLOSING["sendBatch"]
    return ask(case, replace(sender, device=other).own(case) if is_batch else (other, asked_by(case, other)))


def asked_by(case: Drawn, device: FakeDevice) -> bytes:
    """What a device asks by the operation, just now."""
    is_history = case.operation is DISCLOSING["askHistory"]
    return contract.history_ask(device) if is_history else contract.way_in(device)


def too_often(case: Drawn, sender: Sender) -> Answer:
    other = sender.case.enrolled(sender.device.server)
    contract.keeps_history(sender.case, other)
    return [ask(case, (other, asked_by(case, other))) for _ in range(MOST_A_DAY + 1)][-1]


def with_the_database_down(case: Drawn, sender: Sender) -> Answer:
    own = sender.own(case)
    with patch.object(statements, "_say", side_effect=RuntimeError):
        return ask(case, own)


def keys_of(sender: Sender) -> Digest:
    [[statement]] = select(sender.case.agency.database, "select document from agencies_keysstatement")
    return dsse.digest_of(statement)


def holding_the_newest(case: Drawn, sender: Sender) -> Answer:
    held = known_as(keys_of(sender), sender.device.digests[sender.profile.version])
    case.headers["If-None-Match"] = held
    return ask(case, sender.own(case))


def of_a_known_state(case: Drawn, sender: Sender) -> Answer:
    other = sender.case.enrolled(sender.device.server)
    other.note()
    assert InProcess().send(other.send()).status == 200
    return ask(case, (other, other.beat(keys_of(sender)).body))


def long_ago(case: Drawn, sender: Sender) -> Answer:
    return ask(case, (sender.device, sender.device.beat(keys_of(sender), at=Ms(1)).body))


def by_a_stranger(case: Drawn, sender: Sender) -> Answer:
    other = FakeDevice(sender.device.server)
    return ask(case, (other, other.beat(keys_of(sender)).body))


PROVOKED: dict[int, Callable[[Drawn, Sender], Answer]] = {
    200: lambda case, sender: ask(case, sender.own(case)),
    304: holding_the_newest,
    400: lambda case, sender: ask(case, sender.own(case), at=Ms(now() - clock.HOUR_MS)),
    401: lambda case, _: ask(case),
    403: with_a_wrong_code,
    404: lambda case, sender: ask(case, sender.own(case), query={"also": "this"}),
    409: twice,
    413: lambda case, sender: ask(case, (sender.device, b" " * (MAX_BATCH + 1))),
    422: without_a_profile,
    429: too_often,
    503: with_the_database_down,
}
OF_A_BEAT = PROVOKED | {
    200: of_a_known_state,
    204: lambda case, sender: ask(case, sender.own(case)),
    400: long_ago,
    401: by_a_stranger,
}
