"""A case admits named parties, and their staff while it is shared with them (design §5, "Scope"; DPA 2018 s.62(3))."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError

from offmon.core.access.roles import AS_PARTY, AT_HOME_ALONE, MATRIX, Permission, Role, may
from offmon.core.access.sharing import SharingGround
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Operation, Verb
from offmon.server.agencies import queries
from offmon.server.agencies.actions import (
    Cover,
    Sharing,
    do_end_caseload,
    do_end_sharing,
    do_grant_caseload,
    do_share_case,
)
from offmon.server.agencies.models import Caseload, Party
from offmon.server.agencies.policy import check_open_to
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.scope import action
from offmon.server.evidence.queries import case_file
from offmon.server.people.actions import do_open_case
from offmon.server.triage.actions import do_cover
from tests.prove.markers import proves
from tests.support.partner import NAME, Partner
from tests.support.story import Story
from tests.support.taken import name


def sees(story: Story, guest: Actor, case: Id | None = None) -> bool:
    with story.console(), story.with_keys():
        return case_file(case or story.case, actor=guest) is not None


def code_of(call: Callable[..., object], *args: Any, actor: Actor) -> str:
    with pytest.raises(Refused) as refusal:
        call(*args, actor=actor)
    return refusal.value.code


def test_a_case_is_shared_with_an_agency_and_opened_to_one_of_its_staff(story: Story, partner: Partner) -> None:
    assert not sees(story, partner.officer)
    partner.is_party(partner.officer)
    assert sees(story, partner.officer)
    assert not sees(story, partner.colleague)
    with story.console():
        [party] = queries.workers_on(story.case, actor=story.officer).parties
        assert (party.partner, party.ground) == (partner.agency, SharingGround.LICENCE)
        assert [worker.staff.id for worker in party.workers] == [partner.officer.id]
        assert [host.agency.id for host in queries.hosts_of(partner.officer.id)] == [story.agency]


def test_the_entry_of_a_sharing_is_a_disclosure_and_names_the_recipient(story: Story, partner: Partner) -> None:
    partner.is_party(partner.officer)
    [shared] = story.entries(Verb.CASE_SHARED)
    assert (shared.operation, shared.recipient) == (Operation.DISCLOSURE, NAME)
    assert (shared.case, shared.agency, shared.actor.id) == (story.case, story.agency, story.officer.id)
    granted = story.entries(Verb.CASELOAD_GRANTED)
    assert [entry.recipient for entry in granted if entry.recipient] == [NAME]


def test_what_a_guest_does_stands_in_the_case_s_run_and_names_the_guest_s_own_agency(
    story: Story, partner: Partner
) -> None:
    partner.is_party(partner.officer)
    assert sees(story, partner.officer)
    [entry] = [one for one in story.entries(Verb.CASE_CONSULTED) if one.actor.id == partner.officer.id]
    assert (entry.agency, entry.case) == (story.agency, story.case)
    assert (entry.actor.agency, entry.actor.team) == (partner.agency, partner.team)


def test_another_case_of_the_lead_agency_is_not_there_for_a_guest(story: Story, partner: Partner) -> None:
    partner.is_party(partner.officer)
    with story.console(), story.with_keys():
        another = do_open_case("86/ANOTHER", "Pat Otherwise", actor=story.officer)
    assert not sees(story, partner.officer, another)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_guest_may_what_their_role_may_and_a_party_too(role: Role, permission: Permission) -> None:
    guest = Actor(new_id(), role, None, new_id(), home=new_id())
    assert guest.may(permission) is (may(role, permission) and permission in AS_PARTY and role not in AT_HOME_ALONE)


@proves("S32", may, disabled=lambda role, permission, *, guest=False, took_over=False: permission in MATRIX[role])
def test_a_guest_opens_a_case_to_nobody_and_shares_it_with_nobody(story: Story, partner: Partner) -> None:
    partner.is_party(partner.officer)
    guest, onward = partner.officer, Sharing(new_id(), SharingGround.MAPPA, "", "why")
    with story.console():
        assert code_of(do_grant_caseload, story.case, partner.colleague.id, "why", actor=guest) == "not-as-party"
        assert code_of(do_end_caseload, story.case, story.officer.id, "why", actor=guest) == "not-as-party"
        assert code_of(do_share_case, story.case, onward, actor=guest) == "not-as-party"
        assert code_of(do_end_sharing, partner.sharing, "why", actor=guest) == "not-as-party"


@proves("S31", check_open_to, disabled=lambda staff, party, actor: None)
def test_without_a_sharing_no_case_is_opened_to_another_agency_s_staff(story: Story, partner: Partner) -> None:
    with story.console():
        assert code_of(do_grant_caseload, story.case, partner.officer.id, "why", actor=story.officer) == "no-party"
    partner.is_party()
    with story.console():
        assert code_of(do_grant_caseload, story.case, partner.admin.id, "why", actor=story.officer) == "sees-no-case"


def test_ending_the_sharing_ends_each_grant_that_rests_on_it_and_says_so(story: Story, partner: Partner) -> None:
    partner.is_party(partner.officer, partner.evidence)
    with story.console():
        do_end_sharing(partner.sharing, "the licence ended", actor=story.supervisor)  # type: ignore[arg-type]
        assert queries.hosts_of(partner.officer.id) == []
        assert code_of(do_grant_caseload, story.case, partner.officer.id, "why", actor=story.officer) == "no-party"
        assert code_of(do_end_sharing, partner.sharing, "again", actor=story.officer) == "not-shared"
    assert not sees(story, partner.officer)
    assert not sees(story, partner.evidence)
    assert [entry.recipient for entry in story.entries(Verb.CASELOAD_ENDED)] == [NAME, NAME]
    [ended] = story.entries(Verb.CASE_SHARING_ENDED)
    assert (ended.recipient, ended.reason) == (NAME, "the licence ended")


def test_a_guest_is_offered_our_cases_for_as_long_as_one_is_open_whoever_s_it_is(
    story: Story, partner: Partner
) -> None:
    """Who ends their access to one case does not see the other."""
    partner.is_party(partner.officer)
    with story.console(), story.with_keys():
        another = do_open_case("86/ANOTHER", "Pat Otherwise", actor=story.stranger)
        elsewhere = do_share_case(
            another, Sharing(partner.agency, SharingGround.MAPPA, "", "why"), actor=story.stranger
        )
        do_grant_caseload(another, partner.officer.id, "why", actor=story.stranger)
        do_end_caseload(story.case, partner.officer.id, "done", actor=story.officer)
        assert [host.agency.id for host in queries.hosts_of(partner.officer.id)] == [story.agency]
        do_end_sharing(elsewhere, "over", actor=story.stranger)
        assert queries.hosts_of(partner.officer.id) == []


def test_after_it_ended_it_can_be_shared_again(story: Story, partner: Partner) -> None:
    partner.is_party(partner.officer)
    with story.console():
        again = Sharing(partner.agency, SharingGround.OTHER, "Children Act 2004 s.11", "a child may be at risk")
        assert code_of(do_share_case, story.case, again, actor=story.officer) == "shared-already"
        do_end_sharing(partner.sharing, "over", actor=story.officer)  # type: ignore[arg-type]
        do_share_case(story.case, again, actor=story.officer)
    assert not sees(story, partner.officer)  # the sharing is another; nobody has been named for it


def test_one_s_access_ends_and_the_last_who_could_open_the_case_stays(story: Story) -> None:
    with story.console():
        do_end_caseload(story.case, story.colleague.id, "moved to another team", actor=story.officer)
        assert (
            code_of(do_end_caseload, story.case, story.supervisor.id, "away", actor=story.officer) == "own-supervisor"
        )
        do_end_caseload(story.case, story.supervisor.id, "moved to another team", actor=story.supervisor)
        week = Ms(clock.now() + 7 * 86_400_000)
        do_cover(
            Cover(story.officer.id, story.colleague.id, week, "leave"), actor=story.officer
        )  # who covers does not stay
        assert code_of(do_end_caseload, story.case, story.officer.id, "moved", actor=story.officer) == "nobody-left"
        do_end_caseload(story.case, story.colleague.id, "back", actor=story.officer)
        assert code_of(do_end_caseload, story.case, story.colleague.id, "again", actor=story.officer) == "not-open"
        do_end_caseload(story.case, story.authoriser.id, "done", actor=story.officer)
    assert not sees(story, story.supervisor)
    assert sees(story, story.officer)


def test_who_does_not_work_on_a_case_opens_it_to_nobody_not_even_themselves(story: Story) -> None:
    with story.console():
        for to in (story.stranger.id, story.colleague.id):
            assert code_of(do_grant_caseload, story.case, to, "why", actor=story.stranger) == "not-on-caseload"
        assert code_of(do_grant_caseload, story.case, story.stranger.id, " ", actor=story.officer) == "no-reason"
        assert (
            code_of(do_grant_caseload, story.case, story.stranger.id, "why", actor=story.authoriser) == "not-permitted"
        )
        assert code_of(do_grant_caseload, story.case, story.colleague.id, "why", actor=story.officer) == "open-already"
        assert code_of(do_grant_caseload, story.case, new_id(), "why", actor=story.officer) == "sees-no-case"


# --- what the console's own role writes by hand -----------------------------------------------------------------------


@action
def forge_grant(case: Id, staff: Id, *, actor: Actor, **given: Any) -> None:
    """A grant as no action writes it, with its entry: what is tried is the table alone."""
    values = {"since": clock.now(), "reason": "forged", "granted_by": actor.id} | given
    grant = Caseload.objects.create(agency=actor.agency, case=case, staff_id=staff, **values)
    append(actor, Verb.CASELOAD_GRANTED, case=case, touched=(grant,))


@action
def forge_end(party: Id, until: Ms, *, actor: Actor) -> None:
    row = Party.objects.get(id=party)
    row.until = until
    row.save(update_fields=["until"])
    append(actor, Verb.CASE_SHARING_ENDED, case=row.case, touched=(row,))


@action
def forge_reopening(staff: Id, until: Ms | None, *, actor: Actor) -> None:
    row = Caseload.objects.get(staff_id=staff)
    row.until = until
    row.save(update_fields=["until"])
    append(actor, Verb.CASELOAD_GRANTED, case=row.case, touched=(row,))


@proves("S31", drop="drop trigger within_its_sharing on agencies_caseload")
def test_the_database_refuses_a_grant_to_another_agency_s_staff_without_a_sharing(
    story: Story, partner: Partner
) -> None:
    with story.console(), story.with_keys():
        another = do_open_case("86/ANOTHER", "Pat Otherwise", actor=story.officer)
        elsewhere = do_share_case(another, Sharing(partner.agency, SharingGround.MAPPA, "", "why"), actor=story.officer)
        for party in (None, new_id(), elsewhere):
            with pytest.raises(IntegrityError):
                forge_grant(story.case, partner.officer.id, party_id=party, actor=story.officer)
    partner.is_party()
    with story.console():
        for forged in (
            {"party_id": None},
            {"party_id": elsewhere},  # of another case
            {"party_id": partner.sharing, "since": Ms(0)},  # from before it was shared
        ):
            with pytest.raises(IntegrityError, match="only within a sharing"):
                forge_grant(story.case, partner.officer.id, actor=story.officer, **forged)
        with pytest.raises(IntegrityError, match="only within a sharing"):  # nor do one's own staff rest on a sharing
            forge_grant(story.case, story.stranger.id, party_id=partner.sharing, actor=story.officer)
        forge_grant(story.case, partner.officer.id, party_id=partner.sharing, actor=story.officer)


def test_the_database_opens_a_case_to_nobody_for_a_time_that_is_past_or_for_a_time_that_ended(story: Story) -> None:
    as_of_now = pytest.raises(IntegrityError, match="as of now, and once")
    with story.console():
        for since in (Ms(0), Ms(clock.now() - 6_000), Ms(clock.now() + 60_000)):
            with as_of_now:
                forge_grant(story.case, story.stranger.id, since=since, actor=story.officer)
        forge_grant(story.case, story.stranger.id, actor=story.officer)
        for until in (Ms(clock.now() - 6_000), Ms(clock.now() + 60_000)):  # nor does it end but now
            with as_of_now:
                forge_reopening(story.stranger.id, until, actor=story.officer)
        do_end_caseload(story.case, story.stranger.id, "done", actor=story.officer)
        for again in (None, clock.now()):
            with as_of_now:
                forge_reopening(story.stranger.id, again, actor=story.officer)


def test_the_database_ends_no_sharing_that_a_grant_outlasts_and_reopens_none(story: Story, partner: Partner) -> None:
    partner.is_party(partner.officer)
    with story.console():
        with pytest.raises(IntegrityError, match="every grant that rests on it"):
            forge_end(partner.sharing, clock.now(), actor=story.officer)  # type: ignore[arg-type]
        do_end_sharing(partner.sharing, "over", actor=story.officer)  # type: ignore[arg-type]
        for until in (None, Ms(clock.now() + 60_000)):
            with pytest.raises(IntegrityError, match="only within a sharing"):
                forge_reopening(partner.officer.id, until, actor=story.officer)
        with pytest.raises(IntegrityError, match="only within a sharing"):
            forge_grant(story.case, partner.colleague.id, party_id=partner.sharing, actor=story.officer)


ENDING = "update agencies_party set until = %(at)s where id = %(sharing)s"
BEHIND_IT = (
    ENDING + " returning set_config('offmon.actor', %(another)s, true)",
    ENDING + " returning set_config('offmon.agency', %(another)s, true)",
    """
    with own as (update agencies_caseload set until = %(at)s where "case" = %(case)s and staff_id = %(actor)s)
    update agencies_party set until = %(at)s where id = %(sharing)s
    """,
)
GRANTED = """
insert into agencies_caseload (id, agency, salt, "case", staff_id, since, reason, granted_by, party_id)
values (%(grant)s, %(agency)s, sha256('salt'), %(case)s, %(guest)s, %(at)s, 'why', %(actor)s, %(sharing)s)
"""


def test_no_scope_and_no_moment_hides_a_grant_from_the_end_of_its_sharing(story: Story, partner: Partner) -> None:
    """On the console's role, by hand: the trigger sees each grant, whoever asks and since when (S31)."""
    partner.is_party(partner.officer)
    values = {"sharing": partner.sharing, "case": story.case, "agency": story.agency, "actor": story.officer.id}
    values |= {"another": new_id(), "grant": (grant := new_id()), "guest": partner.colleague.id}
    scope = "select set_config('offmon.agency', %(agency)s, true), set_config('offmon.actor', %(actor)s, true)"

    def refused(console: "psycopg.Connection[Any]", statement: str) -> None:
        with pytest.raises(psycopg.errors.CheckViolation, match="every grant that rests on it"):
            console.execute(statement.encode(), values | {"at": clock.now()})

    for statement in BEHIND_IT:
        with story.database.connect("offmon_console") as console:
            console.execute(scope, values)
            refused(console, statement)
    # One who looked before a grant was made does not see it: who ends a sharing looks at it as it is.
    with story.console():
        do_end_caseload(story.case, partner.officer.id, "done", actor=story.officer)
    with story.database.connect("offmon_console") as granting, story.database.connect("offmon_console") as ending:
        ending.execute("set transaction isolation level repeatable read")
        ending.execute(scope, values)
        granting.execute(scope, values)
        granting.execute(GRANTED, values | {"at": clock.now()})
        name(granting, story, Verb.CASELOAD_GRANTED, "agencies_caseload", grant)
        granting.commit()
        refused(ending, ENDING)
