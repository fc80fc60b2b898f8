"""An error at one row, at the signer or before, stops no other: a list, a profile, another device's renewal."""

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms, Versioned
from offmon.core.log.audit import Verb
from offmon.core.states import ProfileState
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.deployments.models import Profile
from offmon.server.deployments.queries import asked_profiles
from offmon.server.deployments.queries.renewal import devices_to_renew
from offmon.server.detectors.actions import do_approve, do_draft_exclusions
from offmon.server.detectors.queries import waiting_for_signature
from offmon.server.orders.actions import do_end_instrument
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.job import Each
from tests.integration.signer.test_first_person import approved_by, drafted_by, of_no_case
from tests.integration.signer.test_logged import assessment_of
from tests.integration.signer.test_newer_order import renewed
from tests.integration.signer.test_second_person import nobody
from tests.integration.signer.test_sign import TABLE, device_of, request
from tests.support import accounts
from tests.support.fake_device import FakeDevice, now
from tests.support.story import EXCLUSIONS, INGEST, Story
from tests.support.taken import a_row, forge, forge_as_superuser, insert, name, overwrite, taken_console


def draft(story: Story, version: int, by: Actor) -> Id:
    second = replace(EXCLUSIONS, name=Versioned(f"{EXCLUSIONS.name.partition('@')[0]}@{version}"))
    with story.console():
        return do_draft_exclusions(second, why="as it was", actor=by)


def goes_to_another_post(story: Story, who: Actor) -> None:
    """As the operator has it, who keeps the directory."""
    accounts.change(story.database, who.id, role=Role.TENANT_ADMIN)


def waiting(story: Story) -> tuple[list[Id], list[Id]]:
    with story.running(Process.WORKER), scope(story.worker):
        return waiting_for_signature(), asked_profiles()


# --- what waits for the signer --------------------------------------------------------------------------------------------


def test_a_list_that_is_refused_keeps_no_other_list_and_no_profile_waiting(story: Story, signer: SignerClient) -> None:
    """Whoever drafted it went to another post after it was approved: nobody did anything wrong."""
    stuck, each = draft(story, 2, story.officer), Each("sign")
    with story.console():
        do_approve(stuck, actor=story.supervisor)
    profile = story.ask_profile()
    goes_to_another_post(story, story.officer)
    assert waiting(story) == ([stuck], [profile])
    assert jobs.sign(each, signer, story.worker)
    assert waiting(story) == ([stuck], [])
    assert not jobs.sign(each, signer, story.worker)
    anew = draft(story, 3, story.colleague)
    with story.console():
        do_approve(anew, actor=story.supervisor)
    assert waiting(story) == ([anew], [])
    assert jobs.sign(each, signer, story.worker)
    assert waiting(story) == ([], [])
    with pytest.raises(Refused, match="not-waiting"):
        signer.sign_list(stuck)


def test_nor_does_one_that_a_taken_console_wrote(story: Story, signer: SignerClient) -> None:
    row, profile = drafted_by(story, "detectors_list_version", nobody(story)), story.ask_profile()
    approved_by(story, "detectors_list_version", row, story.supervisor)
    assert waiting(story) == ([row], [profile])
    assert jobs.sign(Each("sign"), signer, story.worker)
    assert waiting(story) == ([row], [])


def test_who_approves_is_told_that_whoever_drafted_it_may_do_so_no_longer(story: Story) -> None:
    row = draft(story, 2, story.officer)
    goes_to_another_post(story, story.officer)
    with story.console(), pytest.raises(Refused, match="not-permitted"):
        do_approve(row, actor=story.supervisor)
    assert waiting(story) == ([], [])


def test_a_version_whose_name_is_none_waits_for_nothing_and_stops_nothing(story: Story) -> None:
    row, profile = drafted_by(story, "detectors_list_version", story.officer.id), story.ask_profile()
    approved_by(story, "detectors_list_version", row, story.supervisor)
    overwrite(story, "detectors_list_version", row, {"name": "sites@" + "9" * 5000})
    assert waiting(story) == ([], [profile])


# --- a device's next profile ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [-1, 0, 3, 2**31, 2**53 - 1, 2**53, 2**63 - 1])
def test_a_request_takes_the_next_number_and_chooses_none(story: Story, signer: SignerClient, version: int) -> None:
    signer.sign_profile(story.ask_profile())
    with pytest.raises(psycopg.errors.CheckViolation) as refusal:
        forge(story, Verb.PROFILE_ASKED, TABLE, request(story, version=version))
    assert refusal.value.diag.constraint_name == "profile_follows"
    forge(story, Verb.PROFILE_ASKED, TABLE, request(story, version=2))


def test_no_request_is_signed_that_a_superuser_gave_another_number(story: Story, signer: SignerClient) -> None:
    row = request(story, version=2**53 - 1)
    forge_as_superuser(story, Verb.PROFILE_ASKED, TABLE, row)
    signer.sign_profile(row["id"])
    assert device_of(story).refusal == "version-skipped"


def test_a_device_that_cannot_be_asked_for_keeps_no_other_from_its_renewal(story: Story) -> None:
    first = story.device.device
    story.device = FakeDevice(INGEST)
    story.enrol()
    for broken, other in [(first, story.device.device), (story.device.device, first)]:
        last = request(story, device_id=broken, version=2**53 - 1, lease_since=now() - 2 * clock.DAY_MS)
        last["lease_until"] = last["lease_since"] + clock.DAY_MS
        forge_as_superuser(story, Verb.PROFILE_ASKED, TABLE, last)
        with story.running(Process.WORKER):
            assert jobs.renew(Each("renew"), story.worker)
            with scope(story.worker):
                assert Profile.objects.filter(device_id=other, version=1).exists()
        empty(story)


def empty(story: Story) -> None:
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute("delete from deployments_profile")


@pytest.mark.parametrize(
    ("state", "age", "held"),
    [
        (ProfileState.ASKED, 0, True),
        (ProfileState.ASKED, 23 * clock.HOUR_MS, True),
        (ProfileState.ASKED, 25 * clock.HOUR_MS, False),  # the signer would refuse it as too late, or cannot answer it
        (ProfileState.ASKED, -clock.DAY_MS, False),
        (ProfileState.REFUSED, 30 * clock.MINUTE_MS, True),
        (ProfileState.REFUSED, 2 * clock.HOUR_MS, False),
        (ProfileState.REFUSED, -clock.DAY_MS, False),  # `lease-ahead`: else it would stand there as the newest for ever
        (ProfileState.REFUSED, now() - 2**62, False),
    ],
)
def test_a_request_holds_a_renewal_for_its_time_and_not_for_good(
    story: Story, state: ProfileState, age: int, held: bool
) -> None:
    at = now() - age
    row = request(story, lease_since=at, lease_until=at + clock.DAY_MS, state=state.value)
    forge_as_superuser(story, Verb.PROFILE_ASKED, TABLE, row)
    with story.running(Process.WORKER), scope(story.worker):
        due = devices_to_renew(Ms(now() + clock.DAY_MS), Ms(now() - jobs.AFTER_REFUSAL_MS))
    assert due == ([] if held else [story.device.device])


def authorisation(story: Story, **changed: object) -> dict[str, object]:
    """One that the console's role can write by hand."""
    answers = dict.fromkeys(("aim", "rational_link", "less_intrusive", "fair_balance"), "a")
    return a_row(story) | answers | {
        "deployment_id": story.deployment, "choices": b"[]", "drafted_by": story.officer.id, "begun_in": new_id(), "begun_at": 0,
        "authorised_by": story.authoriser.id, "authorised_at": now(), "agreed_in": new_id(),
        "review_by": 9_000_000_000_000, "offered": [], "withdrawn": False,
    } | changed  # fmt: skip


def test_what_says_that_it_was_authorised_later_than_now_asks_for_nothing_and_is_in_nothings_way(story: Story) -> None:
    """It was the newest for as long as it said, asked for with each turn of the worker, and no other was signed on any more."""
    story.sign(story.ask_profile())
    ahead = authorisation(story, authorised_at=now() + 3650 * clock.DAY_MS)
    forge(story, Verb.CASE_CONSULTED, "deployments_authorisation", ahead)
    assert renewed(story) == []
    story.authorise()
    story.serve_notice()
    story.sign(story.ask_profile())
    assert device_of(story).refusal is None
    assert len(story.profiles[-1].grants) == 2


# --- what cannot be read --------------------------------------------------------------------------------------------------


def junk_choices(story: Story) -> None:
    forge(story, Verb.CASE_CONSULTED, "deployments_authorisation", authorisation(story, choices=b"garbage"))


def junk_offered(story: Story) -> None:
    forge(story, Verb.CASE_CONSULTED, "deployments_authorisation", authorisation(story, offered=["garbage"]))


def junk_assessment(story: Story) -> None:
    row = assessment_of(story, capabilities=["nonsense"])
    with taken_console(story) as console:
        insert(console, "orders_assessment", row)
        name(console, of_no_case(story), Verb.CASE_CONSULTED, "orders_assessment", row["id"])


def junk_term(story: Story, **changed: object) -> None:
    row = a_row(story) | {
        "instrument_id": story.instrument, "effect": "prohibition", "verbatim": b"x", "verbatim_digest": bytes(32),
        "person_text": "p", "source_page": 1, "capabilities": ["nonsense"], "device_kinds": [],
        "since": now(), "recorded_by": story.officer.id,
        "begun_in": new_id(), "begun_at": 0,
    }  # fmt: skip
    forge(story, Verb.CASE_CONSULTED, "orders_term", row | changed)


def junk_effect(story: Story) -> None:
    junk_term(story, effect="nonsense", capabilities=[])


def junk_instrument(story: Story) -> None:
    row = a_row(story) | {
        "basis": "nonsense", "controller": story.agency, "made_by": "m", "reference": "r", "made_on": "2025-01-01",
        "effective_from": now(), "offence_types": [], "document": bytes(32), "checked": "c", "recorded_by": story.officer.id,
        "keeps_earlier": False,
    }  # fmt: skip
    forge(story, Verb.CASE_CONSULTED, "orders_instrument", row)


def junk_state(story: Story) -> None:
    with taken_console(story) as console:
        console.execute("update deployments_deployment set state = 'nonsense' where id = %s", [story.deployment])
        name(console, story, Verb.CASE_CONSULTED, "deployments_deployment", story.deployment)


@pytest.mark.parametrize(
    "junk",
    [junk_choices, junk_offered, junk_assessment, junk_term, junk_effect, junk_instrument, junk_state],
    ids=lambda one: one.__name__,
)
def test_a_row_that_cannot_be_read_keeps_no_device_from_the_profile_that_takes_away(
    story: Story, signer: SignerClient, junk: Callable[[Story], None]
) -> None:
    """Rows of its own case or, of an assessment, of its agency: one stopped the worker's turn, or the signer's, for every device (S107)."""
    story.sign(story.ask_profile())
    junk(story)
    with story.console():
        do_end_instrument(story.instrument, Ms(now() - 1), "quashed on appeal", actor=story.officer)
    assert len(renewed(story)) == 1
    jobs.sign(Each("sign"), signer, story.worker)
    story.take_profile()
    assert [len(one.grants) for one in story.profiles] == [2, 0]
