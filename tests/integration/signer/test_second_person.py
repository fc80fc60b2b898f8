"""The second person must exist: the signer asks directory and caseload, not the console (R-LEG-24, R-SEC-9)."""

from collections.abc import Callable
from contextlib import nullcontext

import psycopg
import pytest
from psycopg import sql

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.authority.capability import Capability
from offmon.core.ids import Id
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.states import ProfileState
from offmon.server.agencies.actions import do_end_caseload
from offmon.server.agencies.policy import check_agreed, check_agreed_on
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.deployments.actions import do_ask_profile
from offmon.server.orders.models import TermRow
from tests.integration.signer.test_sign import device_of
from tests.integration.signer.test_two_sittings import AGREED, Act, approving_a_list, approving_exclusions, row_of
from tests.prove.markers import proves
from tests.support import accounts
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import a_row, forge, insert, name, taken_console

BY = {
    "deployments_authorisation": "authorised_by",
    "orders_term": "confirmed_by",
    "orders_assessment": "signed_by",
    "detectors_list_version": "approved_by",
    "detectors_exclusions_version": "approved_by",
}
MAY = {
    "deployments_authorisation": Role.AUTHORISING_OFFICER,
    "orders_term": Role.OFFENDER_MANAGER,
    "orders_assessment": Role.DATA_PROTECTION,
    "detectors_list_version": Role.SUPERVISOR,
    "detectors_exclusions_version": Role.SUPERVISOR,
}


def agreed_by(story: Story, table: str, row: Id, who: Id) -> None:
    """As a taken console writes it: with an audit entry beside it, of its own officer, past every constraint."""
    with taken_console(story) as console:
        change = sql.SQL("update {} set {} = %s where id = %s")
        statement = change.format(sql.Identifier(table), sql.Identifier(BY[table]))
        assert console.execute(statement, [who, row]).rowcount == 1
        name(console, story, AGREED[table][1], table, row)


def colleague(story: Story, role: Role, agency: Id | None = None) -> Id:
    """Somebody else of the directory, of that role; of the story's agency, or of another. The operator sets them up."""
    who, team = new_id(), new_id()
    with story.database.connect_as_owner() as owner:
        home = agency or story.agency
        owner.execute("insert into agencies_team (id, agency_id, name) values (%s, %s, %s)", [team, home, team])
    accounts.add(story.database, accounts.an_account(Actor(who, role, team, home), who, "A colleague"))
    return who


def another_agency(story: Story) -> Id:
    agency = new_id()
    with story.database.connect_as_owner() as owner:
        owner.execute(
            "insert into agencies_agency (id, name, force_code, origin, root, contact,"
            " office_hours, on_call_urgent, on_call_high, on_call_standard, duty_inspector, delay_days)"
            " select %s, 'Another', '87', 'force.invalid/87/log', root, contact,"
            " office_hours, on_call_urgent, on_call_high, on_call_standard, duty_inspector, delay_days from agencies_agency",
            [agency],
        )
    return agency


def nobody(story: Story, role: Role | None = None) -> Id:
    return new_id()


def in_another_role(story: Story, role: Role) -> Id:
    return colleague(story, Role.TENANT_ADMIN)


def of_another_agency(story: Story, role: Role) -> Id:
    """In that role, at home."""
    return colleague(story, role, another_agency(story))


INVENTED = [nobody, in_another_role, of_another_agency]
type Invented = Callable[[Story, Role], Id]
# A guest's confirmation of a term counts, so of another agency it is one whose role does not confirm.
AT_HOME = MAY | {"orders_term": Role.AUTHORISING_OFFICER}


@pytest.mark.parametrize("invented", INVENTED)
@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("deployments_authorisation", "not-permitted"),
        ("orders_term", "not-permitted"),
        ("orders_assessment", "not-assessed"),  # one that nobody signed
    ],
)
def test_no_profile_is_signed_on_what_nobody_who_may_has_agreed_to(
    story: Story, signer: SignerClient, invented: Invented, table: str, code: str
) -> None:
    profile = story.ask_profile()
    agreed_by(story, table, row_of(story, table), invented(story, AT_HOME[table]))
    signer.sign_profile(profile)
    assert device_of(story).refusal == code
    [entry] = story.entries(Verb.PROFILE_SIGNED)
    assert (entry.outcome, entry.reason) == (EntryOutcome.DENIED, code)


@pytest.mark.parametrize("table", ["deployments_authorisation", "orders_term"])
@proves("S69", check_agreed_on, disabled=lambda case, by, at, permission, what: None)
def test_no_profile_is_signed_on_what_a_colleague_agreed_to_who_did_not_work_on_the_case(
    story: Story, signer: SignerClient, table: str
) -> None:
    profile = story.ask_profile()
    agreed_by(story, table, row_of(story, table), colleague(story, MAY[table]))
    signer.sign_profile(profile)
    assert device_of(story).refusal == "not-on-caseload"


@proves("S69", drop="drop trigger written_as_of_now on agencies_caseload")
def test_nor_on_what_one_agreed_to_before_the_console_opened_the_case_to_them(
    story: Story, signer: SignerClient
) -> None:
    who, profile = colleague(story, Role.AUTHORISING_OFFICER), story.ask_profile()
    agreed_by(story, "deployments_authorisation", story.authorisation, who)
    grant = {"staff_id": who, "reason": "x", "granted_by": story.officer.id}
    for since, refused in ((now() - clock.HOUR_MS, True), (now(), False)):  # for a time that is past; and as of now
        row = a_row(story) | grant | {"since": since}
        with pytest.raises(psycopg.errors.CheckViolation, match="as of now") if refused else nullcontext():
            forge(story, Verb.CASELOAD_GRANTED, "agencies_caseload", row)
    signer.sign_profile(profile)
    assert device_of(story).refusal == "not-on-caseload"


@pytest.mark.parametrize("invented", INVENTED)
@pytest.mark.parametrize(
    ("table", "draft"),
    [("detectors_list_version", approving_a_list), ("detectors_exclusions_version", approving_exclusions)],
)
def test_no_list_is_signed_that_nobody_who_may_has_approved(
    story: Story,
    signer: SignerClient,
    invented: Invented,
    table: str,
    draft: Callable[[Story], tuple[Actor, Actor, Act]],
) -> None:
    with story.console():
        _, second, act = draft(story)
        act(second)
    with taken_console(story) as console:
        waiting = sql.SQL("select id from {} where document is null").format(sql.Identifier(table))
        [(row,)] = console.execute(waiting).fetchall()
    agreed_by(story, table, row.hex, invented(story, AT_HOME[table]))
    assert code_of(signer.sign_list, row.hex) == "not-permitted"
    agreed_by(
        story, table, row.hex, colleague(story, MAY[table])
    )  # who may, and did not: the log says whose act it was
    assert code_of(signer.sign_list, row.hex) == "act-of-another"
    agreed_by(story, table, row.hex, story.supervisor.id)  # whose act it was
    signer.sign_list(row.hex)


def guest(story: Story) -> Id:
    """An officer of another agency with which the case has been shared for a year. No process could write that now."""
    agency = another_agency(story)
    who, party, since = colleague(story, Role.OFFENDER_MANAGER, agency), new_id(), now() - 365 * clock.DAY_MS
    shared = {"since": since, "reason": "worked on together"}
    sharing = {"id": party, "partner_id": agency, "ground": "mappa", "ground_words": "", "shared_by": story.officer.id}
    grant = {"staff_id": who, "party_id": party, "granted_by": story.officer.id}
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name) as superuser:
        superuser.execute("set session_replication_role = replica")
        insert(superuser, "agencies_party", a_row(story) | shared | sharing)
        insert(superuser, "agencies_caseload", a_row(story) | shared | grant)
    return who


def test_a_guest_may_have_confirmed_a_term_and_may_not_have_authorised(story: Story, signer: SignerClient) -> None:
    who = guest(story)
    agreed_by(story, "orders_term", story.terms[Capability.SITE], who)
    with story.console(), scope(story.officer):
        confirmed = TermRow.objects.get(id=story.terms[Capability.SITE])
    with taken_console(
        story
    ) as console:  # the log says it as of a guest who confirms: in their own name, of what stands there
        by = Actor(who, Role.OFFENDER_MANAGER, None, story.agency)
        name(console, story, Verb.TERM_CONFIRMED, "orders_term", confirmed.id, confirmed.touched(), by=by)
    signer.sign_profile(story.ask_profile())
    assert device_of(story).profile.state is ProfileState.SIGNED  # type: ignore[union-attr]  # it was asked for
    agreed_by(story, "deployments_authorisation", story.authorisation, who)
    signer.sign_profile(story.ask_profile())
    assert device_of(story).refusal == "not-permitted"


def test_what_was_agreed_to_is_renewed_when_who_agreed_has_left_the_case_and_the_agency(
    story: Story, signer: SignerClient
) -> None:
    signer.sign_profile(story.ask_profile())
    with story.console():
        do_end_caseload(story.case, story.authoriser.id, "moved on", actor=story.officer)
    accounts.change(story.database, story.authoriser.id, is_active=False)
    with story.running(Process.WORKER):
        renewal = do_ask_profile(story.device.device, actor=story.worker)
    signer.sign_profile(renewal)
    device = device_of(story)
    assert device.profile is not None
    assert (device.profile.state, device.profile.version) == (ProfileState.SIGNED, 2)


@proves("S6", check_agreed, disabled=lambda by, permission, what, case=None: None)
def test_what_was_agreed_to_in_a_role_that_changed_since_is_agreed_to_anew(story: Story, signer: SignerClient) -> None:
    accounts.change(story.database, story.authoriser.id, role=Role.SUPERVISOR)
    signer.sign_profile(story.ask_profile())
    assert device_of(story).refusal == "not-permitted"
