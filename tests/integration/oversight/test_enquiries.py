"""A message to the public site goes after six months, ended by a process that cannot read it (R-WEB-2)."""

import psycopg
import pytest

from offmon.core.ids import Ms
from offmon.server.base.policies import Process
from offmon.server.oversight.actions import ENQUIRY_LASTS_MS, do_keep_enquiry
from offmon.server.processes.worker.jobs import end_enquiries
from tests.database import Database
from tests.server import as_process
from tests.support.fake_device import now


def test_what_is_six_months_old_goes_and_nothing_else(database: Database) -> None:
    with as_process(database, Process.WEBSITE):
        do_keep_enquiry("A question.", "")
    with as_process(database, Process.WORKER):
        assert not end_enquiries()
    with database.connect_as_owner() as owner:
        owner.execute("update oversight_enquiry set at = %s", [Ms(now() - ENQUIRY_LASTS_MS - 1)])
    with as_process(database, Process.WORKER):
        assert end_enquiries()
        assert not end_enquiries()


def test_the_worker_reads_no_word_of_it(database: Database) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connect(Process.WORKER) as worker:
        worker.execute("select message from oversight_enquiry")
