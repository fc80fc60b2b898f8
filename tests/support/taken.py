"""What a compromised console can do (its own role, an officer's scope, rows by hand), and what a database superuser can."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg
from django.apps import apps
from psycopg import sql

from offmon.core.formats import codec
from offmon.core.ids import Digest, Id, Slug
from offmon.core.log import audit
from offmon.core.log.audit import Touched, Verb
from offmon.server.agencies.authentication.models import FactorShown
from offmon.server.agencies.models import Caseload
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.rows import AgencyRow
from offmon.server.base.scope import action
from tests.support.entries import an_entry
from tests.support.fake_device import now
from tests.support.story import Story

KINDS = {m._meta.db_table: m.KIND for m in apps.get_models() if issubclass(m, AgencyRow) and m.SUBJECT == "id"}
TABLES = {kind: table for table, kind in KINDS.items()}


@dataclass(frozen=True)
class Elsewhere:
    """In which log an entry is written, where that is not that of the story's own case; and in whose name."""

    agency: Id
    case: Id | None
    officer: Actor


@contextmanager
def taken_console(story: Story) -> Iterator["psycopg.Connection[Any]"]:
    """The console's role in the officer's scope. Commits on a clean exit.

    It may say any verb: each act is tried as if the database let it be said, and what stands behind that has to notice.
    """
    with story.database.any_verb(), story.database.connect("offmon_console") as console:
        for setting, value in (("offmon.agency", story.agency), ("offmon.actor", story.officer.id)):
            console.execute("select set_config(%s, %s, true)", [setting, value])
        yield console


def a_row(story: Story) -> dict[str, Any]:
    """What every row of the story's case has."""
    return {"id": new_id(), "agency": story.agency, "case": story.case, "salt": secrets.token_bytes(32)}


def insert(console: "psycopg.Connection[Any]", table: str, row: Mapping[str, Any]) -> None:
    """One row, with whatever is in it."""
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )
    console.execute(statement, list(row.values()))


def name(
    console: "psycopg.Connection[Any]",
    story: Story | Elsewhere,
    verb: Verb,
    table: str,
    row: str,
    *touched: Touched,
    by: Actor | None = None,
    said: Actor | None = None,
    manifest: Digest | None = None,
    reason: str | None = None,
) -> None:
    """An audit entry that names a row, as the backstop wants it; `touched`: what it says of that row, and of others.

    Where it says nothing of the row, it commits to what nobody would find there. It is the officer's, or `by` another; what is committed to
    may say that another `said` it.
    """
    writer = by or story.officer
    named = Touched(Slug(KINDS.get(table, table)), Id(row), Digest("0" * 64))
    if (named.table, named.id) not in {(one.table, one.id) for one in touched}:
        touched = (named, *touched)
    told = {"agency": story.agency, "case": story.case, "manifest": manifest, "reason": reason}
    entry = an_entry(verb, (said or writer).core(), *touched, at=now(), **told)
    salt = secrets.token_bytes(32)
    columns = {
        "id": new_id(),
        "agency": entry.agency,
        "case": entry.case,
        "at": entry.at,
        "verb": entry.verb.value,
        "operation": entry.operation.value,
        "outcome": entry.outcome.value,
        "actor": writer.id,
        "actor_role": writer.role.value,
        "actor_team": writer.team,
        "reason": reason,
        "manifest": None if manifest is None else bytes.fromhex(manifest),
        "touched": [f"{TABLES.get(one.table, one.table)}:{UUID(one.id)}" for one in touched],
        "doc": codec.dump(entry),
        "salt": salt,
        "commit": bytes.fromhex(audit.commit_of(entry, salt)),
    }
    insert(console, "audit_entry", columns)


@contextmanager
def superuser(story: Story) -> Iterator["psycopg.Connection[Any]"]:
    """Whom no trigger and no policy holds back. Commits on a clean exit."""
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name) as hand:
        hand.execute("set session_replication_role = replica")
        yield hand


def forge_as_superuser(story: Story, verb: Verb, table: str, row: Mapping[str, Any], *touched: Touched) -> None:
    """The same by a superuser on whom no trigger works, where the console's role cannot write such a row at all."""
    with superuser(story) as hand:
        insert(hand, table, row)
    with taken_console(story) as console:
        name(console, story, verb, table, row["id"], *touched)


def forge(story: Story, verb: Verb, table: str, row: Mapping[str, Any], *touched: Touched) -> None:
    """A row that the officer never asked for, with an entry that says they did."""
    with taken_console(story) as console:
        insert(console, table, row)
        name(console, story, verb, table, row["id"], *touched)


def overwrite(story: Story, table: str, row: str, columns: Mapping[str, Any]) -> None:
    """As a superuser on whom no trigger and no policy works: change what is held, and tell the log nothing."""
    with superuser(story) as hand:
        changes = [sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder()) for column in columns]
        statement = sql.SQL("update {} set {} where id = {}").format(
            sql.Identifier(table), sql.SQL(", ").join(changes), sql.Placeholder()
        )
        assert hand.execute(statement, [*columns.values(), row]).rowcount == 1


def shown_earlier(story: Story, minutes: int) -> None:
    """As a superuser: every second factor was shown that much earlier than it was, as if its sitting had gone on. So the log says too."""
    with superuser(story) as hand:
        changed = "update agencies_factorshown set at = at - %s returning agency, staff_id"
        whose = {
            (Id(agency.hex), Id(staff.hex)) for agency, staff in hand.execute(changed, [minutes * 60_000]).fetchall()
        }
    with story.console():
        for agency, staff in whose:
            _say_shown(actor=replace(story.officer, id=staff, agency=agency, home=story.agency))


def opened_earlier(story: Story, minutes: int) -> None:
    """The same of the access to the story's case."""
    with superuser(story) as hand:
        hand.execute("update agencies_caseload set since = since - %s", [minutes * 60_000])
    with story.console():
        _say_opened(story.case, actor=story.officer)


@action
def _say_opened(case: Id, *, actor: Actor) -> None:
    append(actor, Verb.CASELOAD_GRANTED, case=case, touched=Caseload.objects.filter(case=case))


@action
def _say_shown(*, actor: Actor) -> None:
    append(actor, Verb.FACTOR_SHOWN, case=None, touched=FactorShown.objects.filter(staff_id=actor.id))
