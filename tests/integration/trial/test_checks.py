"""The demo's own searches find what they look for: a search that cannot fail proves nothing."""

import psycopg

from tests.database import Database
from trial import checks
from trial.checks import Ran
from trial.uids import is_root

WORD = "marker0123456789abcdef"


def test_the_word_is_found_in_a_row_as_text_and_as_bytes(database: Database) -> None:
    where = database.server, database.name
    assert checks.rows_with(*where, WORD) == []
    with psycopg.connect(database.server.superuser_url, dbname=database.name) as connection:
        connection.execute("create table a_text (x text); create table b_bytes (x bytea)")
        connection.execute("insert into a_text values (%s)", [f"before {WORD} after"])
        connection.execute("insert into b_bytes values (%s)", [b"\x00" + WORD.encode()])
    assert checks.rows_with(*where, WORD) == ["a_text", "b_bytes"]


def test_processes_that_share_something_are_told() -> None:
    one, other = Ran("vault", 1, 60807, "vault"), Ran("signer", 2, 60806, "signer")
    assert checks.not_apart([one, other]) == []
    assert checks.not_apart([one, Ran("signer", 1, 60806, "signer")]) == ["pid"]
    assert checks.not_apart([one, Ran("signer", 2, 60806, "vault")]) == ["command line"]
    if is_root():
        assert checks.not_apart([one, Ran("signer", 2, 60807, "signer")]) == ["uid"]


def test_what_belongs_to_one_person_shares_that_uid_and_nobody_elses() -> None:
    vault, agent, shim = Ran("vault", 1, 60807, "vault"), Ran("agent", 2, 60880, "agent"), Ran("shim", 3, 60880, "shim")
    persons = frozenset({"agent", "shim"})
    assert checks.not_apart([vault, agent, shim], persons) == []
    assert checks.not_apart([vault, agent, Ran("shim", 3, 60880, "agent")], persons) == ["command line"]
    if is_root():
        assert checks.not_apart([vault, agent, shim]) == ["uid"]
        assert checks.not_apart([vault, agent, Ran("shim", 3, 60807, "shim")], persons) == ["uid"]
        assert checks.not_apart([Ran("vault", 1, 60880, "vault"), agent, shim], persons) == ["uid"]
