"""Each control of the database holds on a sound system; breaking one turns exactly its own promises (issue 3)."""

from dataclasses import replace
from unittest.mock import patch

import pytest

from offmon.core.access.roles import Role
from offmon.core.access.step_up import Factor
from offmon.core.clock import DAY_MS
from offmon.core.ids import Digest
from offmon.core.log.audit import Verb
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.public.assurance import Control, ControlStanding
from offmon.server.agencies.authentication.actions import do_reset_factor, do_set_up_factor, show
from offmon.server.agencies.authentication.codes import code_of, step_of
from offmon.server.agencies.authentication.models import SecondFactor
from offmon.server.audit.actions import append
from offmon.server.audit.queries import latest_cosigned
from offmon.server.base import clock
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.columns import column_key
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.oversight import profiles_match_orders
from offmon.server.oversight.control_checks import PAPERS, ask
from offmon.server.oversight.log import Reading, _take
from tests.database import Database
from tests.integration.oversight.breaks import BREAKS, COLLEAGUE, COUNTED, decided
from tests.integration.oversight.looking import SOUND, chosen, do, looks, standing
from tests.prove.markers import proves
from tests.server import as_process
from tests.support.fake_device import now
from tests.support.partner import Partner
from tests.support.story import Story

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of an invented app


def test_every_control_of_a_sound_system_holds_or_has_nothing_to_look_at_and_an_unrecorded_paper_is_not_held(
    story: Story,
) -> None:
    assert looks(story.database) == SOUND


@pytest.mark.parametrize("name", BREAKS)
@proves(
    "S82",
    profiles_match_orders._compiled,
    disabled=lambda profile, instruments, terms, withdrawn: True,
    row="the term is about travel",
)
def test_breaking_a_control_turns_it_and_no_other(story: Story, name: str) -> None:
    do(story.database, BREAKS[name].statements)
    after = looks(story.database)
    assert {one for one in after if after[one] is not SOUND[one]} == BREAKS[name].turned
    assert {after[one] for one in BREAKS[name].turned} == {ControlStanding.FAILS}


def test_staff_of_another_agency_count_while_the_case_is_shared_with_it(story: Story) -> None:
    other = Partner(story)
    sound = SOUND | {Control.ROOTS: ControlStanding.FAILS}  # the partner has no keys, and is in no trust file
    other.is_party(other.officer)
    with patch.object(story, "officer", other.officer):
        story.decide()
    assert looks(story.database) == sound
    do(
        story.database,
        "update agencies_party set since = 1; update agencies_caseload set since = 1 where party_id is not null;"  # noqa: S608  # ours
        f"update orders_term set confirmed_by = '{other.officer.id}'; update deployments_notice set served_by = '{other.officer.id}'",
    )
    assert looks(story.database) == sound
    do(story.database, "update agencies_party set until = 2")
    assert looks(story.database) == sound | {Control.AUTHORITY: ControlStanding.FAILS}
    do(story.database, 'update agencies_party set until = null, "case" = gen_random_uuid()')
    turned = (Control.AUTHORITY, Control.NOTICE_FIRST, Control.DECIDED_BY_PEOPLE)
    assert looks(story.database) == sound | dict.fromkeys(turned, ControlStanding.FAILS)


# What is done to the server's roles, and by what it is mended: they are not one database's.
ROLE_BREAKS = {
    "no trigger fires for the console": (
        "alter role offmon_console set session_replication_role = 'replica'",
        "alter role offmon_console reset session_replication_role",
    ),
    "no trigger fires for anybody in this database": (
        "alter database {database} set session_replication_role = 'replica'",
        "alter database {database} reset session_replication_role",
    ),
    "the worker's names are looked for elsewhere": (
        "alter role offmon_worker in database {database} set search_path = 'elsewhere'",
        "alter role offmon_worker in database {database} reset search_path",
    ),
    "everybody begins in an agency's scope": (
        "alter database {database} set offmon.agency = '00000000-0000-0000-0000-000000000000'",
        "alter database {database} reset offmon.agency",
    ),
    "another superuser": ("create role mallory superuser login bypassrls", "drop role mallory"),
    "another who passes by row security": ("create role mallory bypassrls", "drop role mallory"),
    "another who makes roles": ("create role mallory createrole", "drop role mallory"),
    "another who belongs to a role of ours": ("create role mallory login; grant offmon_vault to mallory", "drop role mallory"),
    "another who may come in": (
        "create role mallory login; grant connect on database {database} to mallory",
        "revoke connect on database {database} from mallory; drop role mallory",
    ),
    "everybody begins in an agency's scope, in other letters": (
        "alter database {database} set \"Offmon.Agency\" = '00000000-0000-0000-0000-000000000000'",
        'alter database {database} reset "Offmon.Agency"',
    ),
    "the console may switch its own triggers off": (
        "grant set on parameter session_replication_role to offmon_console",
        "revoke set on parameter session_replication_role from offmon_console",
    ),
    "everybody may change the server's own settings": (
        "grant alter system on parameter archive_command to public",
        "revoke alter system on parameter archive_command from public",
    ),
    **{
        f"another who may not come in, but is of {own}": (f"create role mallory login; grant {own} to mallory", "drop role mallory")
        for own in ("pg_execute_server_program", "pg_read_server_files", "pg_read_all_data", "pg_signal_backend")
    },
    "a process may take every connection": (
        "alter role offmon_website connection limit -1", "alter role offmon_website connection limit 9"
    ),
    "a process waits for ever": ("alter role offmon_website set lock_timeout = 0", "alter role offmon_website set lock_timeout = '2s'"),
    "what ends a transaction reads all there is": (
        "grant pg_read_all_data to offmon_reaper", "revoke pg_read_all_data from offmon_reaper"
    ),
    "a process ends others": ("grant pg_signal_backend to offmon_website", "revoke pg_signal_backend from offmon_website"),
    "a process works as what ends a transaction": (
        "grant offmon_reaper to offmon_website", "revoke offmon_reaper from offmon_website"
    ),
    "everybody comes into another database": (
        "grant connect on database postgres to public", "revoke connect on database postgres from public"
    ),
    "another who belongs to who set the server up": (
        ("create role mallory login;"
         " do $$ begin execute format('grant %I to mallory', (select rolname from pg_roles where oid = 10)); end $$"),
        "drop role mallory",
    ),
    "the owner may log in as a superuser": ("alter role offmon_owner superuser login", "alter role offmon_owner nosuperuser nologin"),
    "the backstop's powers are another's too": (
        "grant offmon_backstop to offmon_migrate", "revoke offmon_backstop from offmon_migrate"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROLE_BREAKS)
def test_a_role_or_setting_that_nobody_expects_turns_its_row_and_no_other(story: Story, name: str) -> None:
    breaks, mends = (one.format(database=story.database.name) for one in ROLE_BREAKS[name])
    do(story.database, breaks)
    try:
        after = looks(story.database)
    finally:
        do(story.database, mends)
    assert after == SOUND | {Control.ROLES: ControlStanding.FAILS}
    assert standing(Control.ROLES, story.database) is ControlStanding.HOLDS


def test_a_right_that_is_taken_away_and_a_setting_that_opens_nothing_turn_nothing(story: Story) -> None:
    do(
        story.database,
        "revoke execute on function pg_read_file(text), lo_import(text), pg_sleep(double precision) from public;"
        "grant execute on function pg_stat_file(text) to offmon_owner;"
        "revoke execute on function pg_stat_file(text) from offmon_owner;"
        f"alter role offmon_console in database {story.database.name} set statement_timeout = '30s'",
    )
    assert looks(story.database) == SOUND
    do(story.database, "alter function pg_stat_file(text) security definer")
    assert looks(story.database) == SOUND | {Control.ROW_SECURITY: ControlStanding.FAILS}


def test_an_entry_that_no_witness_has_seen_within_half_a_minute_turns_its_row(story: Story) -> None:
    story.publish()
    before = looks(story.database, 40_000)
    with story.console(), scope(story.officer):
        append(story.officer, Verb.QUEUE_CONSULTED, case=None)
    assert standing(Control.WITNESSED, story.database) is ControlStanding.HOLDS
    assert looks(story.database, 40_000) == before | {Control.WITNESSED: ControlStanding.FAILS}
    # A worker stopped: nor is it in order days later.
    assert standing(Control.WITNESSED, story.database, 4 * DAY_MS) is ControlStanding.FAILS
    story.publish()
    assert looks(story.database, 40_000) == before


def test_an_alert_that_was_closed_by_somebody_who_may_turns_nothing(story: Story) -> None:
    do(story.database, decided(COLLEAGUE))
    assert looks(story.database) == SOUND


def test_a_sign_in_of_somebody_without_a_second_factor_turns_its_row(story: Story) -> None:
    with story.console(), scope(story.officer):
        append(story.officer, Verb.SIGNED_IN, case=None, touched=(show(Factor.APP, story.officer),))
    assert looks(story.database) == SOUND | {Control.SECOND_FACTOR: ControlStanding.FAILS}


def test_a_sign_in_by_password_alone_turns_its_row_though_an_app_is_there(story: Story) -> None:
    officer = story.officer
    set_up(story, officer)
    assert SOUND[Control.SECOND_FACTOR] is ControlStanding.HOLDS
    with story.console(), scope(officer):
        append(officer, Verb.SIGNED_IN, case=None)
    assert looks(story.database) == SOUND | {Control.SECOND_FACTOR: ControlStanding.FAILS}


SHOWN_AT = "update agencies_factorshown set at = at - {}"
SIGN_INS = {  # what was shown as somebody signed in, by a hand that no trigger stops; and how that stands
    "within a moment": (SHOWN_AT.format(9_000), ControlStanding.HOLDS),
    "another hour": (SHOWN_AT.format(3_600_000), ControlStanding.FAILS),
    "in 1970": ("update agencies_factorshown set at = 1", ControlStanding.FAILS),
    "in another sitting": ("update agencies_factorshown set session = gen_random_uuid()", ControlStanding.FAILS),
    "never": ("update audit_entry set touched = '{}' where verb = 'staff.signed_in'", ControlStanding.FAILS),
}


@pytest.mark.parametrize("name", SIGN_INS)
def test_a_factor_counts_for_the_sitting_and_moment_of_a_sign_in_however_long_ago(story: Story, name: str) -> None:
    set_up(story, story.officer)
    assert standing(Control.SECOND_FACTOR, story.database, 2 * DAY_MS) is ControlStanding.HOLDS
    do(story.database, SIGN_INS[name][0])
    assert standing(Control.SECOND_FACTOR, story.database, 2 * DAY_MS) is SIGN_INS[name][1]


def test_a_factor_that_was_shown_counts_for_one_sign_in(story: Story) -> None:
    set_up(story, story.officer)
    with story.console(), scope(story.officer):
        shown = show(Factor.APP, story.officer)
        append(story.officer, Verb.SIGNED_IN, case=None, touched=(shown,))
    assert looks(story.database) == SOUND
    for sitting in (story.officer, replace(story.officer, session=new_id())):
        with story.console(), scope(sitting):
            append(sitting, Verb.SIGNED_IN, case=None, touched=(shown,))
        assert looks(story.database) == SOUND | {Control.SECOND_FACTOR: ControlStanding.FAILS}


FACTOR_BREAKS = {
    "nobody's app is there": "delete from agencies_secondfactor",
    "somebody took an app away by hand": "update agencies_secondfactor set secret = null, confirmed_at = null",
    "an app is another's": "update agencies_secondfactor set staff_id = (select id from agencies_staff where sign_in = 'stranger')",
    "a passkey that nobody added": "insert into agencies_passkey (id, agency, salt, staff_id, name, credential, public, counter, added_at)"
    " select gen_random_uuid(), agency, salt, staff_id, 'mine', 'x', 'y', 0, 1 from agencies_secondfactor",
}


@pytest.mark.parametrize("name", FACTOR_BREAKS)
def test_a_factor_that_is_gone_or_that_nobody_added_turns_its_row_though_nobody_signs_in(
    story: Story, name: str
) -> None:
    set_up(story, story.officer)
    before = looks(story.database, DAY_MS)
    assert before[Control.SECOND_FACTOR] is ControlStanding.HOLDS
    do(story.database, FACTOR_BREAKS[name])
    assert looks(story.database, DAY_MS) == before | {Control.SECOND_FACTOR: ControlStanding.FAILS}


def test_an_app_that_an_administrator_took_away_is_no_failure(story: Story) -> None:
    set_up(story, story.officer)
    administrator = replace(story.supervisor, role=Role.TENANT_ADMIN)
    with story.console():
        do_reset_factor(story.officer.id, "lost", actor=administrator)
    assert standing(Control.SECOND_FACTOR, story.database) is ControlStanding.HOLDS


def test_a_first_app_set_up_twice_turns_its_row_and_no_other(story: Story) -> None:
    set_up(story, story.officer)
    before = looks(story.database)
    with story.console(), scope(story.officer):
        row = SecondFactor.objects.get(staff_id=story.officer.id)
        append(story.officer, Verb.FACTOR_SET_UP, case=None, touched=(row,))
    assert looks(story.database) == before | {Control.SECOND_FACTOR: ControlStanding.FAILS}


def set_up(story: Story, who: Actor) -> None:
    code = code_of(SECRET, step_of(clock.now()))
    with story.console(), story.with_keys():
        do_set_up_factor(column_key().enclose(SECRET, SecondFactor, who.id, "secret"), code, actor=who)


def test_other_software_on_a_device_turns_its_row(story: Story) -> None:
    with as_process(story.database, Process.ASSURANCE):
        assert ask(Control.AGENT_RELEASE, now(), ("0" * 64,)).standing is ControlStanding.FAILS


_FIFTH = "where id = (select entry_id from audit_sequenced where index = 8)"
_TAIL = "(select max(index) - 10 from audit_sequenced)"
LOG_BREAKS = {
    "a number is left out": "update audit_sequenced set number = number + 1000 where index = 0",
    "an entry is deleted": f"delete from audit_entry {_FIFTH}",  # noqa: S608  # ours
    "every entry is deleted, and its place stays": "delete from audit_entry",
    "an entry's reason is rewritten": f"update audit_entry set reason = 'by hand' {_FIFTH}",  # noqa: S608
    "an entry's document is rewritten": "update audit_entry set doc ="  # noqa: S608
    f" convert_to(replace(convert_from(doc, 'utf8'), 'allowed', 'refused'), 'utf8') {_FIFTH}",
    "an entry says another did it": f"update audit_entry set actor = gen_random_uuid() {_FIFTH}",  # noqa: S608
    "an entry names another row": f"update audit_entry set touched = '{{x:00}}' {_FIFTH}",  # noqa: S608
    "an entry is under another case": f'update audit_entry set "case" = gen_random_uuid() {_FIFTH}',  # noqa: S608
    "the owner writes a column anew, past every trigger": "alter table audit_entry alter reason type text using 'by hand'",
    "a record is another": "update audit_sequenced set record = sha256(record) where index = 5",
    "the tail is cut below what a witness signed": "create temp table cut as select entry_id from audit_sequenced"  # noqa: S608
    f" where index > {_TAIL}; delete from audit_sequenced where entry_id in (select entry_id from cut);"
    " delete from audit_entry where id in (select entry_id from cut)",
}


@pytest.mark.parametrize("name", LOG_BREAKS)
@proves("S81", _take, disabled=lambda log, rows, signed: None, row="an entry's reason is rewritten")
def test_a_log_that_is_not_what_was_committed_to_and_signed_turns_its_row_and_no_other(story: Story, name: str) -> None:
    story.publish()
    assert SOUND[Control.NO_HOLES] is SOUND[Control.WITNESSED] is ControlStanding.HOLDS
    do(story.database, LOG_BREAKS[name])
    after = looks(story.database)
    turned = {
        Control.NO_HOLES,
        *({Control.SECOND_FACTOR} if name.startswith("every entry") else ()),
    }  # it names accounts
    assert after == SOUND | dict.fromkeys(turned, ControlStanding.FAILS)


def test_a_long_log_is_read_on_turn_by_turn_and_what_is_wrong_in_it_is_found_and_stays_found(story: Story) -> None:
    story.publish()
    reading = Reading(at_once=7)
    with story.running(Process.ASSURANCE):
        size = latest_size(story)
        turns = size // 7 + 1
        assert turns > 3
        assert all(reading.reads_on(story.agency) for _ in range(2 * turns))
        sixteenth = "(select entry_id from audit_sequenced where index = 16)"
        do(story.database, f"update audit_entry set salt = sha256(salt) where id = {sixteenth}")  # noqa: S608  # ours
        found = [reading.reads_on(story.agency) for _ in range(2 * turns)]
    assert found[:2] == [True, True]
    assert not any(found[2:])


def test_an_entry_opens_whatever_letters_its_words_have(story: Story) -> None:
    words = 'Gŵyl\tlle\n"quoted" \\ \u2028 \x7f \x01 </b> \U0001f600 \ufffd'
    with story.console(), scope(story.officer):
        append(story.officer, Verb.SIGNED_IN, case=None, reason=words, recipient=words)
        append(story.officer, Verb.CASE_CONSULTED, case=story.case, alert=story.alerts[0], manifest=Digest("7" * 64))
    story.publish()
    assert standing(Control.NO_HOLES, story.database) is ControlStanding.HOLDS


def latest_size(story: Story) -> int:
    note = latest_cosigned(service(Service.ASSURANCE, story.agency))
    assert note is not None
    return Checkpoint.parse(note.text).size


def test_a_count_of_a_day_on_which_somebody_had_accepted_holds(story: Story) -> None:
    do(story.database, chosen("accepted", 2) + chosen("withdrawn", 0) + COUNTED)
    assert standing(Control.CONSENTED, story.database) is ControlStanding.HOLDS


def test_a_fresh_installation_proves_nothing_and_fails_nothing(empty: Database) -> None:
    found = looks(empty)
    held = {*PAPERS, Control.ASSESSED}
    assert {found[one] for one in held} == {ControlStanding.NOT_HELD}
    assert {found[one] for one in found if one not in held} == {ControlStanding.NOTHING_YET}
