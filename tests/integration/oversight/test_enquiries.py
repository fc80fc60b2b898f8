"""A message to the public site reaches the operator, whose reading is recorded, and goes after six months (R-WEB-2; issue 3)."""

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO
from unittest.mock import patch

import psycopg
import pytest

from offmon.core import clock as time
from offmon.core.ids import Count, Ms
from offmon.core.public.assurance import Control, ControlStanding, Observation
from offmon.server.base.policies import Process
from offmon.server.oversight.actions import ENQUIRY_LASTS_MS, do_keep_enquiry
from offmon.server.oversight.control_checks import _ask_in, ask
from offmon.server.processes.assurance.service import _both
from offmon.server.processes.operator.__main__ import main
from offmon.server.processes.worker.jobs import end_enquiries
from tests.database import Database
from tests.prove.markers import proves
from tests.server import as_process
from tests.support.fake_device import now
from tests.support.story import Story

QUESTION = "Is the verifier free?\x1b[2J"
ANYWHERE = "someone@example.invalid"


def operator(database: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The operator's command, in this process on the operator's own role."""
    out, error = StringIO(), StringIO()
    with as_process(database, Process.OPERATOR), patch.dict(os.environ), redirect_stdout(out), redirect_stderr(error):
        status = main(["enquiries", *arguments])
    return subprocess.CompletedProcess(arguments, status, out.getvalue(), error.getvalue())


def program(database: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same as its own program."""
    command = [sys.executable, "-m", "offmon.server.processes.operator", "enquiries", *arguments]
    given = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"}
    given["OFFMON_DATABASE_URL"] = database.url(Process.OPERATOR)
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False)


def sent(database: Database, message: str = QUESTION) -> str:
    """A message, sent through the site. Its id."""
    with as_process(database, Process.WEBSITE):
        do_keep_enquiry(message, ANYWHERE)
    with database.connect_as_owner() as owner:
        found = owner.execute("select replace(id::text, '-', '') from oversight_enquiry order by at desc").fetchone()
    assert found
    return str(found[0])


def test_the_operator_reads_a_message_and_the_reading_is_noted(database: Database) -> None:
    enquiry = sent(database)
    listed = program(database).stdout
    assert enquiry in listed
    assert "not read" in listed
    assert "verifier" not in listed
    assert operator(database, "answered", enquiry).returncode == 1, "nobody has read it"
    shown = program(database, "show", enquiry)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Is the verifier free?" in shown.stdout
    assert ANYWHERE in shown.stdout
    assert "\x1b" not in shown.stdout, "a stranger's words command no terminal"
    with database.connect_as_owner() as owner:
        [(read, reader)] = owner.execute("select replace(enquiry::text, '-', ''), reader from oversight_enquiryreading")
    assert read == enquiry
    assert reader
    assert "not read" not in operator(database).stdout
    assert operator(database, "answered", enquiry).returncode == 0
    assert "answered" in operator(database).stdout
    assert operator(database, "answered", enquiry).returncode == 1, "once"


def test_what_is_no_message_is_said_and_nothing_noted(database: Database) -> None:
    for wrong in ("f" * 32, "x; drop table"):
        said = program(database, "show", wrong)
        assert (said.returncode, said.stdout) == (1, "")
        assert "Traceback" not in said.stderr
    with database.connect_as_owner() as owner:
        assert owner.execute("select count(*) from oversight_enquiryreading").fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "select message from oversight_enquiry",
        "update oversight_enquiry set message = ''",
        "delete from oversight_enquiry",
        "delete from oversight_enquiryreading",
        "delete from oversight_enquirydeletion",
        "insert into oversight_enquirydeletion (id, enquiry, by, why, at) values (gen_random_uuid(), gen_random_uuid(), 'x', 'y', 0)",
        "insert into oversight_enquiryreading (id, enquiry, reader, at) values (gen_random_uuid(), gen_random_uuid(), 'x', 0)",
        "select from agencies_staff",
        "select from people_person",
        "select from audit_entry",
    ],
)
@proves("S70", drop="grant select on oversight_enquiry to offmon_operator", row="select message from oversight_enquiry")
def test_the_operators_role_reads_no_message_unnoted_and_nothing_else(database: Database, statement: str) -> None:
    sent(database)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connect(Process.OPERATOR) as hand:
        hand.execute(statement.encode())


@pytest.mark.parametrize("call", ["oversight_read_enquiry({}, 'x')", "oversight_delete_enquiry({}, 'x', 'y')"])
@pytest.mark.parametrize("process", [one for one in Process if one is not Process.OPERATOR])
def test_no_other_role_reads_or_deletes_a_message_through_a_function(
    database: Database, process: Process, call: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connect(process) as hand:
        hand.execute(f"select {call.format('gen_random_uuid()')}".encode())


def held(database: Database) -> str:
    """All that the tables of messages hold, as text."""
    with database.connect_as_owner() as owner:
        rows = owner.execute(
            "select to_jsonb(one)::text from oversight_enquiry one"
            " union all select to_jsonb(one)::text from oversight_enquiryreading one"
            " union all select to_jsonb(one)::text from oversight_enquirydeletion one"
        ).fetchall()
    return "\n".join(row for (row,) in rows)


def test_whoever_read_a_message_deletes_it_and_of_its_words_nothing_is_left(database: Database) -> None:
    enquiry, kept = sent(database), sent(database, "Another question.")
    assert operator(database, "show", enquiry).returncode == 0
    done = operator(database, "delete", enquiry, "about a person")
    assert (done.returncode, done.stderr) == (0, "")
    assert "verifier" not in held(database)
    assert held(database).count(ANYWHERE) == 1, "that of the other message"
    assert "Another question." in held(database)
    listed = operator(database).stdout
    assert enquiry not in listed
    assert kept in listed
    with database.connect_as_owner() as owner:
        [(gone, by, why)] = owner.execute(
            "select replace(enquiry::text, '-', ''), by, why from oversight_enquirydeletion"
        )
        [(read, reader)] = owner.execute("select replace(enquiry::text, '-', ''), reader from oversight_enquiryreading")
    assert (gone, by, why) == (enquiry, reader, "about a person")
    assert read == enquiry, "who read it stays beside who deleted it"
    for again in (["show", enquiry], ["delete", enquiry, "about a person"]):
        assert operator(database, *again).returncode == 1, "it is gone"


@pytest.mark.parametrize("read", [True, False])
def test_nothing_is_deleted_unread_or_without_a_reason(database: Database, *, read: bool) -> None:
    enquiry = sent(database)
    if read:
        assert operator(database, "show", enquiry).returncode == 0
    said = operator(database, "delete", enquiry, " " if read else "about a person")
    assert (said.returncode, said.stdout) == (1, "")
    assert enquiry in operator(database).stdout
    assert '"why"' not in held(database), "nothing is noted that did not happen"


def test_who_deleted_a_message_and_who_read_it_goes_after_six_months_too(database: Database) -> None:
    enquiry = sent(database)
    operator(database, "show", enquiry)
    assert operator(database, "delete", enquiry, "its sender asked").returncode == 0
    with as_process(database, Process.WORKER):
        assert not end_enquiries()
    assert enquiry in held(database).replace("-", "")
    with database.connect_as_owner() as owner:
        long_ago = [Ms(now() - ENQUIRY_LASTS_MS - 1)]
        owner.execute("update oversight_enquiryreading set at = %s", long_ago)
        owner.execute("update oversight_enquirydeletion set at = %s", long_ago)
    with as_process(database, Process.WORKER):
        end_enquiries()
    assert held(database) == ""


def test_a_reading_is_somebodys(database: Database) -> None:
    sent(database)
    with pytest.raises(psycopg.errors.CheckViolation), database.connect(Process.OPERATOR) as hand:
        hand.execute("select oversight_read_enquiry(id, '') from oversight_enquiry")


@proves("S70", _ask_in, disabled=lambda agency, control, asked: (1, 0, 1))
def test_a_message_that_lies_unread_for_thirty_days_turns_the_control_until_it_is_read(story: Story) -> None:
    enquiry = sent(story.database)

    def stands() -> ControlStanding:
        with as_process(story.database, Process.ASSURANCE):
            return ask(Control.CONTACT_PAGE, now(), ()).standing

    assert stands() is ControlStanding.HOLDS
    with story.database.connect_as_owner() as owner:
        owner.execute("update oversight_enquiry set at = %s", [Ms(now() - 30 * time.DAY_MS - 60_000)])
    assert stands() is ControlStanding.FAILS
    assert operator(story.database, "show", enquiry).returncode == 0
    assert stands() is ControlStanding.HOLDS


@pytest.mark.parametrize("known", ControlStanding)
@pytest.mark.parametrize("found", ControlStanding)
def test_a_page_that_answers_is_not_kept_while_the_database_says_otherwise(
    found: ControlStanding, known: ControlStanding
) -> None:
    page = Observation(Control.CONTACT_PAGE, found, Count(2), Ms(1))
    looked = _both(lambda _at: replace(page, standing=known, figure=Count(9)), lambda _at: page, Ms(1))
    assert looked == replace(page, standing=ControlStanding.FAILS if known is ControlStanding.FAILS else found)


def test_what_is_six_months_old_goes_and_nothing_else(database: Database) -> None:
    assert operator(database, "show", sent(database)).returncode == 0
    with as_process(database, Process.WORKER):
        assert not end_enquiries()
    with database.connect_as_owner() as owner:
        owner.execute("update oversight_enquiry set at = %s", [Ms(now() - ENQUIRY_LASTS_MS - 1)])
    with as_process(database, Process.WORKER):
        assert end_enquiries()
        assert not end_enquiries()
    with database.connect_as_owner() as owner:
        assert owner.execute("select count(*) from oversight_enquiryreading").fetchone() == (0,)


def test_the_worker_reads_no_word_of_it(database: Database) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connect(Process.WORKER) as worker:
        worker.execute("select message from oversight_enquiry")
