"""A daily page asks the database as many statements of many rows as of one, and no more than are stated here."""

from typing import Final

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from offmon.core.access.roles import Role
from offmon.core.ids import Id
from offmon.server.agencies.actions import do_grant_caseload
from offmon.server.people.actions import do_open_case
from tests.integration.console.office import Office, sign_in_as
from tests.unit.server.faces.matrix import Whose

MANY: Final = 12
TRANSACTION: Final = frozenset({"BEGIN", "COMMIT", "ROLLBACK"})
# As the one that was played, one for each other case. Only what is read is real here, not how it came to be.
ALERTS: Final = """
set session_replication_role = replica;
insert into triage_alert (id, agency, salt, "case", deployment, capability, list_name, rule, gravity, state, opened_at, last_at, risen_at,
    due_at, is_full)
    select gen_random_uuid(), person.agency, '', person.id, gen_random_uuid(), capability, list_name, rule, gravity, state, opened_at,
           last_at, risen_at, due_at, false
    from triage_alert, people_person person where person.id <> triage_alert."case";
insert into triage_alertitem (id, agency, salt, "case", alert_id, leaf, device, epoch, n, event_at, captured_at, leads)
    select gen_random_uuid(), agency, '', "case", id, gen_random_uuid(), deployment, deployment, 0, opened_at, opened_at, true
    from triage_alert where deployment not in (select id from deployments_deployment);
"""
MOST: Final = {
    "/": 54,
    "/alerts/": 26,
    "/alerts/{alert}/": 58,
    "/cases/": 21,
    "/cases/{case}/": 63,
    "/cases/{case}/alerts/": 23,
    "/cases/{case}/monitoring/": 58,
    "/cases/{case}/devices/": 48,
    "/cases/{case}/log/": 19,
    "/search/": 7,
}


@pytest.mark.parametrize("role", [Role.OFFENDER_MANAGER, Role.SUPERVISOR])
def test_a_daily_page_asks_as_many_statements_however_much_it_shows(office: Office, role: Role) -> None:
    with office.running():
        browser = sign_in_as(office, role, Whose.OWN)
        few = _counted(office, browser)
        _add_cases_and_alerts(office, office.staff[role, Whose.OWN])
        many = _counted(office, browser)
    assert {path: many[path] for path in MOST if many[path] > MOST[path]} == {}
    # A sort of line that was not there before asks for its names and entries, once.
    assert {path: (few[path], many[path]) for path in MOST if many[path] > few[path] + 4} == {}


def _counted(office: Office, browser: Client) -> dict[str, int]:
    """How many statements each page asks, once what is kept for the next ones is there."""
    found = {}
    for path in MOST:
        where = path.format(alert=office.story.alerts[0], case=office.story.case)
        assert browser.get(where).status_code == 200, path
        with CaptureQueriesContext(connection) as said:
            browser.get(where)
        found[path] = sum(one["sql"] not in TRANSACTION for one in said.captured_queries)
    return found


def _add_cases_and_alerts(office: Office, staff: Id) -> None:
    """More people on the caseload, and of each an alert that nobody has decided."""
    story = office.story
    for number in range(MANY):
        case = do_open_case(f"86/S{number}", f"Invented Person {number}", actor=story.officer)
        do_grant_caseload(case, staff, "works on it", actor=story.officer)
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name) as superuser:
        superuser.execute(ALERTS)
