"""The signer signs what the rows support, whoever asks, and nothing else (design §5 "Signer and vault do not take the console's word")."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.alerts.escalation import check_reachable
from offmon.core.authority.capability import DETECTING
from offmon.core.authority.lists import Exclusions, ListDocument
from offmon.core.authority.profile import Profile
from offmon.core.formats import codec, dsse
from offmon.core.formats.trust import KeyRing, KeyRole, walk
from offmon.core.ids import Id, Ms, Slug, Versioned
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.queries import DeviceView
from offmon.server.detectors import queries as detectors
from offmon.server.detectors.actions import do_approve, do_draft_exclusions
from offmon.server.orders.actions import do_end_instrument
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.job import Each
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.instant_witness import seed_key
from tests.support.orders import OFFENCE
from tests.support.refused import code_of
from tests.support.story import EXCLUSIONS, INGEST, ORIGIN, Story
from tests.support.taken import a_row, forge, forge_as_superuser, insert, overwrite, taken_console

TABLE = "deployments_profile"
LISTS = "detectors_list_version"
COMPILE = "offmon.server.deployments.actions.compile"
EXCLUDED = "detectors_exclusions_version"


def device_of(story: Story) -> DeviceView:
    """The device and its newest profile, as the console reads them."""
    with story.console(), scope(story.officer):
        found = deployments.file_of(story.case)
    assert found is not None
    [device] = found.devices
    return device


def test_what_the_signer_signs_a_device_trusts(story: Story, signer: SignerClient) -> None:
    profile = story.ask_profile()
    signer.sign_profile(profile)
    story.take_profile()
    update = story.update()
    assert update.profile is not None
    ring = walk(update.keys, [story.root.public])
    signed = dsse.open_signed(Profile, update.profile, ring.key(KeyRole.PROFILE, dsse.signer_of(update.profile), now()))
    assert signed.device_key == story.device.signing.public.vkey
    assert (signed.case, signed.deployment, signed.version) == (story.case, story.deployment, 1)
    assert {grant.kind for grant in signed.grants} == {kind.value for kind in DETECTING}
    assert {term.term for grant in signed.grants for term in grant.terms} == set(story.terms.values())
    assert signed.ingest == INGEST
    [entry] = story.entries(Verb.PROFILE_SIGNED)
    assert (entry.outcome, entry.actor.role) == (EntryOutcome.ALLOWED, Role.SERVICE)


def test_an_id_is_signed_once(story: Story, signer: SignerClient) -> None:
    profile = story.ask_profile()
    signer.sign_profile(profile)
    assert code_of(signer.sign_profile, profile) == "not-waiting"
    assert len(story.entries(Verb.PROFILE_SIGNED)) == 1


def test_an_id_of_nothing_is_refused(signer: SignerClient) -> None:
    for verb in (signer.sign_profile, signer.sign_list):
        assert code_of(verb, new_id()) == "not-waiting"


def test_a_list_is_signed_when_two_people_stand_behind_it(story: Story, signer: SignerClient) -> None:
    with story.console():
        second = Exclusions(Versioned(EXCLUSIONS.name.replace("@1", "@2")), (), ())
        row = do_draft_exclusions(second, why="taken out", actor=story.officer)
    assert code_of(signer.sign_list, row) == "not-waiting"
    with story.console():
        do_approve(row, actor=story.supervisor)
    signer.sign_list(row)
    with story.console(), scope(story.officer):
        signed = detectors.newest_exclusions(chain(story), now())
    assert dsse.signer_of(signed) == story.keys[KeyRole.LIST].public.keyid


# --- what the console's own role writes, with a true audit entry beside it, and no right to --------------------------------------------


def request(story: Story, **changed: Any) -> dict[str, Any]:
    """A request row that is as it should be, but for `changed`."""
    at = changed.get("lease_since", now())
    return a_row(story) | {
        "deployment_id": story.deployment, "device_id": story.device.device, "version": 1, "state": "asked",
        "authorisation_id": story.authorisation, "asked_by": story.officer.id, "lease_since": at,
        "lease_until": at + 30 * clock.DAY_MS,
    } | changed  # fmt: skip


def unauthorised(story: Story) -> dict[str, Any]:
    story.draft()  # a second authorisation, which nobody authorised
    return request(story, authorisation_id=story.authorisation)


def begun(story: Story, since: int) -> dict[str, Any]:
    return request(story, lease_since=since, lease_until=since + 20 * clock.DAY_MS)


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        (unauthorised, "one-person"),
        (lambda story: begun(story, now() - clock.DAY_MS), "notice-after-lease"),
        (lambda story: begun(story, now() + clock.DAY_MS), "lease-ahead"),
    ],
    ids=["unauthorised", "before the notice", "ahead of time"],
)
def test_a_forged_request_is_refused_in_its_row_and_in_the_log_and_nothing_is_signed(
    story: Story, signer: SignerClient, forged: Callable[[Story], dict[str, Any]], code: str
) -> None:
    row = forged(story)
    forge(story, Verb.PROFILE_ASKED, TABLE, row)
    signer.sign_profile(row["id"])
    device = device_of(story)
    assert device.profile is not None
    assert (device.profile.id, device.profile.state, device.profile.digest) == (row["id"], ProfileState.REFUSED, None)
    assert device.refusal == code
    [entry] = story.entries(Verb.PROFILE_SIGNED)
    assert (entry.outcome, entry.reason) == (EntryOutcome.DENIED, code)


def test_nor_does_one_take_away_what_the_next_would_get_where_something_has_ended(
    story: Story, signer: SignerClient
) -> None:
    """The device collected nothing for an hour: the signer signed it without a grant, and the worker did not ask (S107)."""
    signer.sign_profile(story.ask_profile())
    row = unauthorised(story)
    with story.console():
        do_end_instrument(story.instrument, Ms(now() - 1), "quashed", actor=story.officer)
    row |= {"version": 2, "lease_since": now()}
    forge(story, Verb.PROFILE_ASKED, TABLE, row)
    signer.sign_profile(row["id"])
    device = device_of(story)
    assert device.profile is not None
    assert (device.profile.id, device.profile.state) == (row["id"], ProfileState.REFUSED)
    assert device.refusal == "one-person"
    with story.running(Process.WORKER):
        assert jobs.renew(Each("renew"), story.worker)


def test_what_waited_too_long_is_not_signed_as_if_it_had_begun_then(
    story: Story, signer: SignerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker asks anew. Nobody could go by a profile before it was signed; a verifier asks the same of its entry (S87)."""
    waited = story.ask_profile()
    monkeypatch.setattr(f"{COMPILE}.clock", SimpleNamespace(now=lambda: Ms(now() + 5 * clock.MINUTE_MS)))
    signer.sign_profile(waited)
    assert device_of(story).refusal == "signed-late"


def test_a_request_in_a_case_that_is_not_the_officers_does_not_even_get_in(story: Story) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), taken_console(story) as console:
        insert(console, TABLE, request(story, case=Id("e" * 32)))


@pytest.mark.parametrize(
    "contact", ["office_hours", "on_call_urgent", "on_call_high", "on_call_standard", "duty_inspector"]
)
@proves("S25", check_reachable, disabled=lambda office_hours, on_call, duty_inspector: None)
def test_no_device_becomes_active_while_an_alert_of_some_gravity_would_reach_nobody(
    story: Story, signer: SignerClient, contact: str
) -> None:
    profile = story.ask_profile()
    overwrite(story, "agencies_agency", story.agency, {contact: " "})
    signer.sign_profile(profile)
    device = device_of(story)
    assert device.refusal == "no-out-of-hours"
    with story.console(), scope(story.officer):
        monitoring = deployments.file_of(story.case)
    assert monitoring is not None
    assert monitoring.deployment.state is DeploymentState.NOTICE_SERVED


def test_a_request_that_a_change_of_the_law_overtook_is_refused(story: Story, signer: SignerClient) -> None:
    profile = story.ask_profile()
    with story.console():
        do_end_instrument(story.instrument, Ms(now() - 1), "quashed", actor=story.officer)
    signer.sign_profile(profile)
    assert device_of(story).refusal == "changed-since"


def test_an_ended_order_grants_nothing_from_the_next_profile_on(story: Story, signer: SignerClient) -> None:
    with story.console():
        do_end_instrument(story.instrument, Ms(now() - 1), "quashed", actor=story.officer)
    signer.sign_profile(story.ask_profile())
    story.take_profile()
    assert story.profiles[-1].grants == ()


def test_a_missing_or_exposed_key_is_said_and_nothing_is_refused_for_it(story: Story, signer: SignerClient) -> None:
    profile = story.ask_profile()
    key = story.folder / "profile" / story.agency
    key.chmod(0o640)
    for code in ("key-exposed", "no-key"):
        assert code_of(signer.sign_profile, profile) == code
        if code == "key-exposed":
            key.rename(key.with_suffix(".away"))
    state = device_of(story).profile
    assert state is not None
    assert state.state is ProfileState.ASKED


# --- lists that nobody of the agency signed --------------------------------------------------------------------------------------------


def rows(story: Story, table: str) -> list[dict[str, Any]]:
    """Every row of a table of the agency's, as the console reads it."""
    with taken_console(story) as console:
        cursor = console.cursor(row_factory=dict_row)
        return cursor.execute(sql.SQL("select * from {}").format(sql.Identifier(table))).fetchall()


def as_new(row: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The same row once more, as somebody writes it, with what is changed."""
    return row | {"id": new_id(), "salt": secrets.token_bytes(32)} | changed


def chain(story: Story) -> KeyRing:
    return walk([story.statement()], [story.root.public])


def by_a_key_of_its_own(story: Story, true: dict[str, Any]) -> dict[str, Any]:
    signed = dsse.peek(ListDocument, true["document"])
    own = replace(signed, id=new_id(), name=Versioned("site-own@1"))
    thief = seed_key(f"{ORIGIN}/list")
    return as_new(true, list_id=own.id, name=own.name, declared=codec.dump(own), document=dsse.sign(own, thief))


def truly_signed_and_declared_otherwise(story: Story, true: dict[str, Any]) -> dict[str, Any]:
    wider = replace(dsse.peek(ListDocument, true["document"]), offence_types=(Slug("another"), OFFENCE))
    return as_new(true, name="site-own@1", declared=codec.dump(wider))


def with_entries_of_its_own(story: Story, true: dict[str, Any]) -> dict[str, Any]:
    return as_new(true, name="site-own@1", entries=b"{}")


@pytest.mark.parametrize("forged", [by_a_key_of_its_own, truly_signed_and_declared_otherwise, with_entries_of_its_own])
def test_a_list_is_what_a_key_of_the_agency_signed_and_no_row_beside_it(
    story: Story, forged: Callable[[Story, dict[str, Any]], dict[str, Any]]
) -> None:
    true = rows(story, LISTS)
    [site] = [row for row in true if row["name"] == "site-list@1"]
    forge_as_superuser(story, Verb.LIST_PUBLISHED, LISTS, forged(story, site))
    with story.running(Process.SIGNER), scope(story.signer):
        live = detectors.live_lists(chain(story), now())
    assert sorted(one.document for one in live) == sorted(row["document"] for row in true)
    assert {kind for one in live for kind in one.declared.offence_types} == {OFFENCE}


def test_an_authorisation_of_a_forged_list_is_refused(story: Story, signer: SignerClient) -> None:
    """Two people authorised it, for they were shown what stands in the row; the signer asks who signed it."""
    [site] = [row for row in rows(story, LISTS) if row["name"] == "site-list@1"]
    forge_as_superuser(story, Verb.LIST_PUBLISHED, LISTS, by_a_key_of_its_own(story, site))
    story.authorise()
    story.serve_notice()
    signer.sign_profile(story.ask_profile())
    assert device_of(story).refusal == "unknown-list"


def test_an_exclusion_list_that_no_key_of_the_agency_signed_is_not_named(story: Story, signer: SignerClient) -> None:
    [true] = rows(story, EXCLUDED)
    nothing = Exclusions(Versioned("exclusions@9"), (), ())
    document = dsse.sign(nothing, seed_key(f"{ORIGIN}/list"))
    row = as_new(true, name=nothing.name, declared=codec.dump(nothing), document=document)
    forge_as_superuser(story, Verb.LIST_PUBLISHED, EXCLUDED, row)
    signer.sign_profile(story.ask_profile())
    story.take_profile()
    assert story.profiles[-1].exclusions == dsse.digest_of(true["document"])
