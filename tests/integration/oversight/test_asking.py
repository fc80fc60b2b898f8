"""Each control that the database is asked about: it holds on a sound system, and breaking one turns exactly what rests on it (issue 3)."""

from contextlib import closing
from dataclasses import dataclass
from functools import cache

import psycopg
import pytest

from offmon.core.assurance import Control, Standing
from offmon.server.base.policies import Process
from offmon.server.oversight.asking import PAPERS, ask, asked_of_the_database, drawn
from tests.database import Database
from tests.server import as_process
from tests.support.fake_device import RELEASE, now
from tests.support.story import Story

RELEASES = (RELEASE,)
EMPTY = frozenset(
    {
        Control.DECIDED_BY_PEOPLE,
        Control.SECOND_FACTOR,
        Control.WITNESSED,
        Control.CONSENTED,
        Control.CONTACT_PAGE,
    }
)
"""Where the played case has nothing to look at: no closed alert, no sign-in, no entry that is old enough, no visitor."""


@dataclass(frozen=True)
class Break:
    """What a hostile hand does as the superuser, whom no trigger stops, and which controls it breaks."""

    statements: str
    turned: frozenset[Control]


def a_break(statements: str, *turned: Control) -> Break:
    return Break(statements, frozenset(turned))


_TODAY = "(extract(epoch from date_trunc('day', now())) * 1000)::bigint"
_COUNTED = f"insert into oversight_pagecount (id, page, day, count) values (gen_random_uuid(), 'home', {_TODAY}, 1)"  # noqa: S608  # ours
_C = Control


def chosen(choice: str, days_ago: int) -> str:
    at = f"{_TODAY} - {days_ago} * 86400000::bigint"
    return (
        f"insert into oversight_cookiechoice (id, choice, version, at) values (gen_random_uuid(), '{choice}', 1, {at});"  # noqa: S608  # ours
    )


BREAKS = {
    "a trigger is off": a_break("alter table triage_decision disable trigger audited", _C.BACKSTOP),
    "the log's trigger is off": a_break("alter table audit_entry disable trigger insert_only", _C.INSERT_ONLY),
    "a trigger's function does nothing": a_break(
        "create or replace function audit_names_id() returns trigger language plpgsql security definer"
        " set search_path = pg_catalog, pg_temp as $$ begin return null; end $$",
        _C.BACKSTOP,
    ),
    "the function that refuses lets pass": a_break(
        "create or replace function audit_refuse_change() returns trigger language plpgsql"
        " set search_path = pg_catalog, pg_temp as $$ begin return null; end $$",
        _C.BACKSTOP,
        _C.INSERT_ONLY,
    ),
    "a rule swallows what is written": a_break(
        "create rule swallow as on insert to audit_entry do instead nothing", _C.BACKSTOP
    ),
    "row security is not forced": a_break("alter table people_person no force row level security", _C.ROW_SECURITY),
    "a policy forgets the caseload": a_break(
        "alter policy offmon_console on triage_alert"
        " using (agency = current_setting('offmon.agency')::uuid) with check (true)",
        _C.ROW_SECURITY,
    ),
    "one policy more, for everyone": a_break(
        "create policy leak on evidence_exhibit to public using (current_setting('offmon.agency') is not null)",
        _C.ROW_SECURITY,
    ),
    "a right too many": a_break("grant select on people_person to offmon_website", _C.ROW_SECURITY),
    "a right to one column too many": a_break("grant select (message) on oversight_enquiry to public", _C.ROW_SECURITY),
    "a function that reads as its owner": a_break(
        "create function leak() returns bigint language sql security definer as 'select count(*) from people_person'",
        _C.ROW_SECURITY,
    ),
    "one person suffices": a_break(
        "alter table evidence_export drop constraint export_approved_by_another", _C.TWO_PEOPLE
    ),
    "one person suffices, by a constraint of the same name": a_break(
        "alter table evidence_export drop constraint export_approved_by_another,"
        " add constraint export_approved_by_another check (true)",
        _C.TWO_PEOPLE,
    ),
    "a lease may last": a_break(
        "alter table deployments_profile drop constraint profile_lease_30_days,"
        " add constraint profile_lease_30_days check (true)",
        _C.LEASES,
    ),
    "a console may write a profile as signed": a_break(
        "alter table deployments_profile disable trigger profile_begins_asked", _C.FOUR_ANSWERS
    ),
    "the order has ended": a_break("update orders_instrument set ended_at = 1, end_known_at = 1", _C.AUTHORITY),
    "the list is for another offence": a_break("update orders_instrument set offence_types = '{other}'", _C.LISTS),
    "the list was never approved and signed": a_break("update detectors_list_version set document = null", _C.LISTS),
    "nobody was told": a_break("delete from deployments_notice", _C.NOTICE_FIRST),
    "the assessment is past its review": a_break(
        "update orders_assessment set review_by = prepared_at + 1", _C.ASSESSED
    ),
    "the assessment came afterwards": a_break(
        "update orders_assessment set signed_at = signed_at + 86400000", _C.ASSESSED
    ),
    "the assessment is signed by no data protection officer": a_break(
        "update agencies_staff set role = 'supervisor' where role = 'data_protection'", _C.ASSESSED
    ),
    "an alert closed itself": a_break("update triage_alert set state = 'decided'", _C.DECIDED_BY_PEOPLE),
    "no second factor": a_break(
        "update audit_entry set verb = 'staff.signed_in' where id = (select entry.id from audit_entry entry"
        " join agencies_staff staff on staff.id = entry.actor where outcome = 'allowed' limit 1)",
        _C.SECOND_FACTOR,
    ),
    "the witness saw nothing": a_break("update audit_entry set at = at - 120000", _C.WITNESSED),
    "counted by an acceptance of long ago": a_break(chosen("accepted", 200) + _COUNTED, _C.CONSENTED),
    "counted after the acceptance was withdrawn": a_break(
        chosen("accepted", 3) + chosen("withdrawn", 2) + _COUNTED, _C.CONSENTED
    ),
    "nothing keeps the site from counting": a_break(
        "alter table oversight_pagecount disable trigger counted_with_consent", _C.CONSENTED
    ),
}


def looks(database: Database) -> dict[Control, Standing]:
    once = cache(drawn)
    with as_process(database, Process.ASSURANCE):
        return {control: ask(control, now(), RELEASES, once).standing for control in sorted(asked_of_the_database())}


def do(database: Database, statements: str) -> None:
    url = database.server.superuser_url
    with closing(psycopg.connect(url, dbname=database.name, autocommit=True)) as hand:
        hand.execute("set session_replication_role = replica")
        hand.execute(statements.encode())


def test_every_control_of_a_sound_system_holds_or_has_nothing_to_look_at_and_an_unrecorded_paper_is_not_held(
    story: Story,
) -> None:
    found = looks(story.database)
    by_standing = {stands: {one for one in found if found[one] is stands} for stands in Standing}
    assert by_standing[Standing.NOT_HELD] == PAPERS
    assert by_standing[Standing.NOTHING_YET] == EMPTY
    assert by_standing[Standing.HOLDS] == set(found) - PAPERS - EMPTY


@pytest.mark.parametrize("name", BREAKS)
def test_breaking_a_control_turns_it_and_no_other(story: Story, name: str) -> None:
    before = looks(story.database)
    do(story.database, BREAKS[name].statements)
    after = looks(story.database)
    assert {one for one in after if after[one] is not before[one]} == BREAKS[name].turned
    assert {after[one] for one in BREAKS[name].turned} == {Standing.FAILS}


def test_other_software_on_a_device_turns_its_row(story: Story) -> None:
    with as_process(story.database, Process.ASSURANCE):
        assert ask(Control.AGENT_RELEASE, now(), ("0" * 64,)).standing is Standing.FAILS


def test_a_hole_in_the_log_turns_its_row(story: Story) -> None:
    assert looks(story.database)[Control.NO_HOLES] is Standing.HOLDS
    do(story.database, "update audit_sequenced set number = number + 1000 where index = 0")
    assert looks(story.database)[Control.NO_HOLES] is Standing.FAILS


def test_a_count_of_a_day_on_which_somebody_had_accepted_holds(story: Story) -> None:
    do(story.database, chosen("accepted", 2) + chosen("withdrawn", 0) + _COUNTED)
    assert looks(story.database)[Control.CONSENTED] is Standing.HOLDS


def test_a_fresh_installation_proves_nothing_and_fails_nothing(database: Database) -> None:
    found = looks(database)
    assert {found[one] for one in found if one not in PAPERS} == {Standing.NOTHING_YET}
