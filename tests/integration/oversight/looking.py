"""Checks every control of the database, and breaks one as the superuser, for each test of this folder."""

from contextlib import closing
from functools import cache

import psycopg

from offmon.core.ids import Ms
from offmon.core.public.assurance import Control, ControlStanding
from offmon.server.base.actor import Service, service
from offmon.server.base.policies import Process
from offmon.server.oversight.actions import do_note_walk
from offmon.server.oversight.control_checks import PAPERS, ask, asked_of_the_database, drawn
from tests.database import Database
from tests.server import as_process
from tests.support.fake_device import RELEASE, now
from tests.support.story import Story

RELEASES = (RELEASE,)
EMPTY = frozenset({Control.CONTACT_PAGE})
"""Where the played case has nothing to look at: no visitor wrote."""
SOUND = (
    dict.fromkeys(sorted(asked_of_the_database()), ControlStanding.HOLDS)
    | dict.fromkeys(PAPERS, ControlStanding.NOT_HELD)
    | dict.fromkeys(EMPTY, ControlStanding.NOTHING_YET)
)
"""How everything stands of a case as it was played: `test_asking` shows that it is so."""
TODAY = "(extract(epoch from date_trunc('day', now())) * 1000)::bigint"


def walked(story: Story) -> None:
    """The integrity process has looked at every row, and says so."""
    with story.running(Process.INTEGRITY):
        do_note_walk(None, actor=service(Service.INTEGRITY, story.agency))


def looks(database: Database, later_ms: int = 0) -> dict[Control, ControlStanding]:
    once, at = cache(drawn), Ms(now() + later_ms)
    if later_ms:
        do(database, f"update oversight_walked set at = {at}, whole_at = {at}")  # noqa: S608  # ours
    with as_process(database, Process.ASSURANCE):
        return {control: ask(control, at, RELEASES, once).standing for control in sorted(asked_of_the_database())}


def standing(control: Control, database: Database, later_ms: int = 0) -> ControlStanding:
    """How that one stands."""
    with as_process(database, Process.ASSURANCE):
        return ask(control, Ms(now() + later_ms), RELEASES).standing


def do(database: Database, statements: str) -> None:
    url = database.server.superuser_url
    with closing(psycopg.connect(url, dbname=database.name, autocommit=True)) as hand:
        hand.execute("set session_replication_role = replica")
        hand.execute(statements.encode())


def chosen(choice: str, days_ago: int) -> str:
    at = f"{TODAY} - {days_ago} * 86400000::bigint"
    return (
        f"insert into oversight_cookiechoice (id, choice, version, at) values (gen_random_uuid(), '{choice}', 1, {at});"  # noqa: S608  # ours
    )
