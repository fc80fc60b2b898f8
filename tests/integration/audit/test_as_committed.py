"""An entry's columns, document and commitment agree to the byte, whoever writes it (formats §7; S85).

The log is insert-only: an unreadable entry would spoil every bundle and every profile of its case, for good.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.apps import apps

from offmon.core.formats import canon, codec, commitment
from offmon.core.ids import Digest, Id, Slug
from offmon.core.log import audit
from offmon.core.log.audit import EntryOutcome, Operation, Touched, Verb
from offmon.core.log.verbs import Writer
from offmon.server.base import clock
from offmon.server.base.ids import new_id, new_salt
from offmon.server.base.policies import Process
from offmon.server.base.rows import AgencyRow
from tests.database import Database
from tests.integration.audit import sample
from tests.integration.audit.sample import AGENCY, CASE, WORKER
from tests.prove.markers import proves
from tests.support.taken import insert

type Row = dict[str, Any]
RECORDED = [model for model in apps.get_models() if issubclass(model, AgencyRow)]
TABLE = "orders_instrument"
TOUCHED = Touched(Slug("instrument"), Id("a" * 32), Digest("b" * 64))
# All that JSON escapes, and what some writers of it escape and ours does not.
ODD = "".join(map(chr, range(1, 32))) + '"\\/\x7f\u2028é\U0001f600'


def an_entry(**given: Any) -> Row:
    """A row as `append` would write it."""
    fields: Row = dict.fromkeys(("session", "request", "reason", "recipient", "alert", "decision", "manifest"))
    fields |= {"at": clock.now(), "agency": AGENCY, "case": CASE, "actor": WORKER.core(), "touched": (TOUCHED, TOUCHED)}
    fields |= {"verb": Verb.BATCH_RECEIVED, "operation": Operation.COLLECTION, "outcome": EntryOutcome.ALLOWED}
    record = audit.AuditEntry(**(fields | given))
    salt = new_salt()
    return (fields | given) | {
        "id": new_id(), "verb": record.verb.value, "operation": record.operation.value, "outcome": record.outcome.value,
        "actor": record.actor.id, "actor_role": record.actor.role.value, "actor_team": record.actor.team,
        "manifest": record.manifest and bytes.fromhex(record.manifest),
        "touched": [f"{TABLE}:{UUID(one.id)}" for one in record.touched], "doc": codec.dump(record), "salt": salt,
        "commit": bytes.fromhex(audit.commit_of(record, salt)),
    }  # fmt: skip


@pytest.fixture
def ingest(database: Database) -> Iterator["psycopg.Connection[Any]"]:
    """The role that the devices' face has, which anybody may send to."""
    with database.connect("offmon_ingest") as session:
        session.execute("select set_config('offmon.agency', %s, true)", [AGENCY])
        yield session


GIVEN: tuple[Row, ...] = (
    {"touched": ()},
    {"case": None},
    {"reason": ODD, "recipient": ODD},
    {"session": new_id(), "request": new_id(), "alert": new_id(), "decision": new_id()},
    {"manifest": Digest("c" * 64)},
    {"actor": replace(WORKER, home=new_id(), team=new_id()).core()},  # a guest
    *({"verb": verb, "operation": verb.operation} for verb in Verb),
)


def test_what_says_what_its_columns_say_is_taken_in(ingest: "psycopg.Connection[Any]") -> None:
    for given in GIVEN:
        insert(ingest, "audit_entry", an_entry(**given))


def other(column: str, value: Any) -> Callable[[Row], Row]:
    return lambda row: row | {column: value}


def said(change: Callable[[bytes], bytes]) -> Callable[[Row], Row]:
    return lambda row: row | {"doc": change(row["doc"])}


def keyed(**fields: Any) -> Callable[[bytes], bytes]:
    """The words with some of them another, in canonical form."""
    return lambda doc: json.dumps(json.loads(doc) | fields, sort_keys=True, separators=(",", ":")).encode()


def renamed(table: str, one: str) -> Callable[[Row], Row]:
    """Another table and id in column and words alike."""
    word = "instrument" if table == TABLE else table
    words = keyed(touched=[{"commit": TOUCHED.commit, "id": one, "table": word}] * 2)
    column = f"{table}:{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}"
    return lambda row: committed(row | {"touched": [column] * 2, "doc": words(row["doc"])})


def committed(row: Row) -> Row:
    """The row, committed to as its words are."""
    doc = json.loads(row["doc"])
    fields = {name: value for name, value in doc.items() if name != "kind"}
    return row | {"commit": bytes.fromhex(commitment.commit(audit.AuditEntry.KIND, row["salt"], fields))}


COLUMNS = {
    "agency's words": said(keyed(agency="c" * 32)),
    "case": other("case", new_id()),
    "no case": other("case", None),
    "at": lambda row: row | {"at": row["at"] + 1},
    "verb": other("verb", Verb.DEVICE_ENROLLED.value),  # of the same operation
    "outcome": other("outcome", "denied"),
    "actor": other("actor", new_id()),
    "actor_role": other("actor_role", "supervisor"),
    "actor_team": other("actor_team", new_id()),
    **{name: other(name, new_id()) for name in ("session", "request", "alert", "decision")},
    **{name: other(name, "x") for name in ("reason", "recipient")},
    "manifest": other("manifest", bytes(32)),
    "touched, another row": other("touched", [f"{TABLE}:{UUID(new_id())}"] * 2),
    "touched, another kind's": other("touched", [f"orders_term:{UUID(TOUCHED.id)}"] * 2),
    "touched, none": other("touched", []),
    "touched, one fewer": lambda row: row | {"touched": row["touched"][:1]},
    "touched, one more": lambda row: row | {"touched": row["touched"] * 2},
    "touched, nothing at all": other("touched", [None, None]),
    "touched, by its kind": other("touched", [f"instrument:{TOUCHED.id}"] * 2),
}
WORDS: dict[str, Callable[[bytes], bytes]] = {
    "nonsense": lambda _: b"x",
    "nothing": lambda _: b"",
    "no UTF-8": lambda doc: b"\xff" + doc[1:],
    "no object": lambda doc: b"[" + doc + b"]",
    "a key twice": lambda doc: b'{"verb":"x",' + doc[1:],
    "another key": keyed(more="x"),
    "another kind": keyed(kind="x"),
    "an actor of another agency": lambda doc: doc.replace(f'"agency":"{AGENCY}","id"'.encode(), b'"agency":"0","id"'),
    "white space": lambda doc: doc.replace(b",", b", ", 1),
    "more behind": lambda doc: doc + b" ",
    "other escapes": lambda doc: doc.replace(b"received", b"receive\\u0064"),
    "nothing touched": keyed(touched=None),
    "touched by a name": keyed(touched=["x"]),
    "touched without a commitment": keyed(touched=[{"id": "a" * 32, "table": "instrument"}]),
    "a table that is none": keyed(touched=[{"commit": "b" * 64, "id": "a" * 32, "table": "In strument"}]),
    "a comma too many": lambda doc: doc.replace(b'"}],"verb"', b'"},],"verb"'),
    "too much": keyed(touched=[{"commit": "b" * 64, "id": "a" * 32, "table": "instrument"}] * 9000),
}
NAMED = {  # column and words agree, on what no reader could read
    f"named by {what}": renamed(table, one)
    for what, table, one in (
        ("no table", "", "a" * 32),
        ("a table that is none", "In strument", "a" * 32),
        ("a table that has no end", "t" * 65, "a" * 32),
        ("no id", TABLE, ""),
        ("no hexadecimal id", TABLE, "A" * 32),
        ("a short id", TABLE, "a" * 31),
    )
}
COMMITTED: dict[str, Callable[[Row], Row]] = {
    "another commitment": other("commit", bytes(32)),
    "another salt": other("salt", secrets.token_bytes(32)),
    "a short salt": other("salt", b"x"),
    "words that are not committed to": said(keyed(touched=[])),
}


BENT = COLUMNS | NAMED | {name: said(change) for name, change in WORDS.items()} | COMMITTED


def refused_by(ingest: "psycopg.Connection[Any]", row: Row) -> str | None:
    """Which constraint refuses a row. None where it is taken in."""
    try:
        with ingest.transaction():
            insert(ingest, "audit_entry", row)
    except psycopg.errors.CheckViolation as refusal:
        return refusal.diag.constraint_name
    return None


@proves("S85", drop="drop trigger whole on audit_entry")
def test_nothing_else_is(ingest: "psycopg.Connection[Any]") -> None:
    row = an_entry()
    bent = {name: bend(row) for name, bend in BENT.items()}
    assert [name for name, other_row in bent.items() if other_row == row] == []
    refused = {name: refused_by(ingest, other_row | {"id": new_id()}) for name, other_row in bent.items()}
    assert refused == dict.fromkeys(BENT, "entry_as_committed")
    assert refused_by(ingest, row) is None


def reworded(**words: str) -> Row:
    """A row whose columns, words and commitment agree, in words that no reader knows."""
    row = an_entry()
    doc = json.loads(keyed(**{name: word for name, word in words.items() if name != "role"})(row["doc"]))
    doc["actor"]["role"] = words.get("role", doc["actor"]["role"])
    columns = {("actor_role" if name == "role" else name): word for name, word in words.items()}
    return committed(row | columns | {"doc": canon.encode(doc)})


@proves("S85", drop="drop trigger verb_known on audit_entry")
def test_nor_is_a_word_that_no_reader_knows(ingest: "psycopg.Connection[Any]") -> None:
    assert refused_by(ingest, reworded(verb="batch.thrown_away")) == "audit_verb_of_its_operation"
    assert refused_by(ingest, reworded(operation="consultation")) == "audit_verb_of_its_operation"
    assert refused_by(ingest, reworded(outcome="perhaps")) == "audit_outcome_and_role_known"
    assert refused_by(ingest, reworded(role="passer_by")) == "audit_outcome_and_role_known"
    assert refused_by(ingest, reworded(verb="batch.refused")) is None


@proves("S85", drop="drop trigger verb_known on audit_entry")
@pytest.mark.parametrize("process", Writer)
def test_nor_is_a_verb_of_another_process(empty: Database, process: Writer) -> None:
    with empty.connect_as_owner() as owner:
        sample.agencies(owner)
    as_owner = process is Writer.OPERATOR
    with empty.connect_as_owner() if as_owner else empty.connect(Process[process.name]) as session:
        session.execute(
            "select set_config('offmon.agency', %s, true), set_config('offmon.case', %s, true)", [AGENCY, CASE]
        )
        for verb in Verb:
            row = an_entry(verb=verb, operation=verb.operation)
            expected = None if process in verb.spec.by else "audit_verb_of_its_process"
            assert refused_by(session, row) == expected, verb


KINDS = {m._meta.db_table: m.KIND if m.SUBJECT == "id" else m._meta.db_table for m in RECORDED}


def test_each_table_s_rows_are_named_by_their_own_kind_and_by_no_other(ingest: "psycopg.Connection[Any]") -> None:
    assert len({*KINDS.values()}) == len(KINDS)
    one = "a" * 32
    kinds = list(KINDS.values())
    for nth, (table, kind) in enumerate(KINDS.items()):
        for word, code in ((kind, None), (kinds[nth - 1], "entry_as_committed"), (table, table != kind or None)):
            touched = (Touched(Slug(word), Id(one), TOUCHED.commit),)
            row = an_entry(touched=touched) | {"touched": [f"{table}:{UUID(one)}"]}
            assert refused_by(ingest, row) == (code and "entry_as_committed"), (table, word)
