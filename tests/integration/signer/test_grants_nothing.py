"""If an order's grant ended and no other profile may be signed, the next one is empty: collection stops (S107)."""

from collections.abc import Callable
from typing import Any

import pytest

from offmon.core import clock
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile_ending import has_ended
from offmon.core.authority.standstill import Why
from offmon.core.clock import Period
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import authority, do_resume, do_stop
from offmon.server.detectors.actions import do_approve, do_draft_list, do_pause, do_sign
from offmon.server.detectors.models import ListVersion
from offmon.server.orders.actions import do_confirm_term, do_end_instrument, do_record_instrument, do_record_term
from offmon.server.processes.worker import jobs
from tests.integration.evidence.test_keys_change import Change, follow
from tests.integration.signer.test_newer_order import confirm, newer_order, renewed, signed
from tests.integration.signer.test_sign import EXCLUDED, TABLE, device_of, request, rows
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.orders import a_term, an_entry
from tests.support.story import ENTRIES, Story, a_list
from tests.support.taken import forge, forge_as_superuser, overwrite

YEAR_MS = 365 * clock.DAY_MS


def licence(story: Story) -> Id:
    """Recorded beside the order, and the one term by which visits are collected."""
    begins = Ms(now() - 20 * clock.DAY_MS)
    entry = an_entry(story.agency, Basis.LICENCE, begins)
    term = a_term(Period(begins, Ms(now() + YEAR_MS)), Capability.SITE)
    with story.console(), story.with_keys():
        recorded = do_record_instrument(story.case, entry, actor=story.officer)
        story.terms[Capability.SITE] = do_record_term(recorded, term, actor=story.officer)
        do_confirm_term(story.terms[Capability.SITE], actor=story.colleague)
    return recorded


@pytest.fixture
def under_both(story: Story) -> Story:
    """Visits are collected under a licence, phrases under an order."""
    story.instrument = licence(story)
    story.authorise()
    story.serve_notice()
    story.sign(story.ask_profile())
    assert len(story.profiles[-1].grants) == 2
    return story


def end(story: Story) -> None:
    with story.console():
        do_end_instrument(story.instrument, Ms(now() - 1), "recalled", actor=story.officer)


def pause_phrases(story: Story) -> None:
    with story.console():
        with scope(story.supervisor):
            row = ListVersion.objects.get(name="phrase-list@1").id
        do_pause(row, "an entry of it is wrong", actor=story.supervisor)


def nobody_out_of_hours(story: Story) -> None:
    overwrite(story, "agencies_agency", story.agency, {"duty_inspector": " "})


def exclusions_gone(story: Story) -> None:
    [row] = rows(story, EXCLUDED)
    overwrite(story, EXCLUDED, row["id"], {"document": None})


def assessment_put_to_the_regulator(story: Story) -> None:
    assert story.assessment is not None
    overwrite(story, "orders_assessment", story.assessment, {"asked_at": now(), "answered_at": None})


def enrolled_by_nothing(story: Story) -> None:
    overwrite(story, "deployments_device", story.device.device, {"proof": b"none"})


def list_key_over(story: Story) -> None:
    change = Change(story)
    change.publish(change.statement(story.root, list=now() - 1))
    change.use_new(KeyRole.LIST)


@pytest.mark.parametrize(
    ("in_the_way", "code"),
    [
        (pause_phrases, "unknown-list"),
        (nobody_out_of_hours, "no-out-of-hours"),
        (exclusions_gone, "no-exclusions"),
        (assessment_put_to_the_regulator, "not-assessed"),
        (enrolled_by_nothing, "not-enrolled"),
        (list_key_over, "unknown-list"),
    ],
)
def test_what_a_licence_gave_is_not_collected_after_its_recall_whatever_is_in_the_way_of_the_next(
    under_both: Story, in_the_way: Callable[[Story], None], code: str
) -> None:
    believed = follow(under_both, None)
    in_the_way(under_both)
    end(under_both)
    signed(under_both)
    held = follow(under_both, believed).held  # as the agent itself does
    last = under_both.profiles[-1]
    assert held is not None
    assert held.profile == last
    assert (last.version, last.grants, last.person_texts, last.controllers) == (2, (), (), ())
    assert last.exclusions == under_both.profiles[0].exclusions
    device = device_of(under_both)
    assert device.profile is not None
    assert device.profile.state is ProfileState.SIGNED
    [_, entry] = under_both.entries(Verb.PROFILE_SIGNED)
    assert entry.outcome is EntryOutcome.ALLOWED
    assert device.refusal == device.nothing == entry.reason == code
    assert renewed(under_both) == []  # not in this hour
    under_both.disclose(1, under=under_both.profiles[0])
    under_both.send()
    under_both.group()
    assert under_both.alerts == []  # gate 2 goes by the newest, whatever the device does


@proves("S107", has_ended, disabled=lambda grant, instruments, terms, at, known_at: False)
def test_so_is_it_where_a_newer_order_ends_the_older_by_law(story: Story) -> None:
    story.sign(story.ask_profile())
    nobody_out_of_hours(story)
    confirm(story, newer_order(story, Ms(now() - clock.MINUTE_MS)))
    signed(story)
    assert (story.profiles[-1].grants, device_of(story).refusal) == ((), "no-out-of-hours")


def test_once_it_is_put_right_what_still_stands_is_collected_again(
    under_both: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause_phrases(under_both)
    end(under_both)
    signed(under_both)
    monkeypatch.setattr(jobs, "AFTER_REFUSAL_MS", 0)  # an hour later
    signed(under_both)
    again = device_of(under_both)
    assert again.profile is not None  # in its way still: refused, as nothing that goes on has ended
    assert (again.profile.version, again.profile.state, again.refusal) == (3, ProfileState.REFUSED, "unknown-list")
    with under_both.console():
        draft = a_list(Capability.PHRASE, ENTRIES[Capability.PHRASE], version=2)
        row = do_draft_list(draft, actor=under_both.officer)
        do_approve(row, actor=under_both.supervisor)
    with under_both.running(Process.SIGNER):
        do_sign(row, under_both.keys[KeyRole.LIST], actor=under_both.signer)
    signed(under_both)
    assert [grant.kind for grant in under_both.profiles[-1].grants] == [Capability.PHRASE.value]
    assert device_of(under_both).refusal is None
    assert renewed(under_both) == []


def test_an_end_within_the_hour_of_a_suspension_is_signed_at_once(under_both: Story) -> None:
    """What held a profile back while it was suspended holds back none after it was resumed."""
    story = under_both
    with story.console():
        do_stop(story.deployment, DeploymentState.SUSPENDED, Why.CUSTODY, "The prison wrote.", actor=story.officer)
    signed(story)
    assert story.profiles[-1].grants == ()
    with story.console():
        do_resume(story.deployment, "Released.", actor=story.officer)
    story.sign(story.ask_profile())
    assert story.profiles[-1].grants
    with story.console():
        do_stop(story.deployment, DeploymentState.ENDED, Why.NOT_NEEDED, "The risk fell.", actor=story.officer)
    signed(story)
    assert story.profiles[-1].grants == ()


def test_where_nothing_has_ended_nothing_is_taken_away(under_both: Story) -> None:
    pause_phrases(under_both)
    under_both.sign(under_both.ask_profile())
    device = device_of(under_both)
    assert device.profile is not None
    assert (device.profile.state, device.refusal) == (ProfileState.REFUSED, "unknown-list")
    assert len(under_both.profiles[-1].grants) == 2


def test_a_request_that_the_end_overtook_is_refused_and_the_next_answers_to_it(under_both: Story) -> None:
    overtaken = under_both.ask_profile()
    end(under_both)
    under_both.sign(overtaken)
    assert device_of(under_both).refusal == "changed-since"
    signed(under_both)
    assert [grant.kind for grant in under_both.profiles[-1].grants] == [Capability.PHRASE.value]


def test_so_is_one_that_a_notice_or_an_authorisation_overtook(
    under_both: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was signed without a grant, though the next is signed: for an hour, nothing was collected (S107)."""
    end(under_both)
    monkeypatch.setattr(authority, "check_none_over", lambda *given: None)  # by a console of before that rule
    for overtake, code in ((under_both.serve_notice, "notice-after-lease"), (under_both.authorise, "superseded")):
        [asked] = renewed(under_both)
        overtake()
        under_both.sign(asked)
        assert device_of(under_both).refusal == code
        assert under_both.profiles[-1].version == 1
    signed(under_both)
    assert [grant.kind for grant in under_both.profiles[-1].grants] == [Capability.PHRASE.value]
    assert renewed(under_both) == []


def test_what_the_next_request_meets_as_well_is_not_asked_for_again_and_again(under_both: Story) -> None:
    confirm(under_both, newer_order(under_both, Ms(now() + clock.DAY_MS)))  # something is known, and nothing has ended
    overwrite(under_both, "deployments_authorisation", under_both.authorisation, {"authorised_at": now()})
    for _ in range(2):
        signed(under_both)
        assert device_of(under_both).refusal == "changed-after"
    assert renewed(under_both) == []


def test_nor_is_what_meets_one_thing_and_another(under_both: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    end(under_both)
    monkeypatch.setattr(authority, "check_none_over", lambda *given: None)  # by a console of before that rule
    for overtake in (under_both.serve_notice, under_both.authorise, under_both.serve_notice):
        [asked] = renewed(under_both)
        overtake()
        under_both.sign(asked)
    assert renewed(under_both) == []


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        (lambda _: {"version": 9}, "version-skipped"),
        (lambda at: {"lease_since": at + clock.HOUR_MS, "lease_until": at + clock.DAY_MS}, "no-out-of-hours"),
        (lambda at: {"lease_since": at - clock.HOUR_MS, "lease_until": at + clock.DAY_MS}, "no-out-of-hours"),
    ],
    ids=["out of turn", "of later", "of an hour ago"],
)
def test_only_a_devices_own_next_request_of_now_is_signed_so(
    story: Story, forged: Callable[[Ms], dict[str, Any]], code: str
) -> None:
    story.sign(story.ask_profile())
    end(story)
    nobody_out_of_hours(story)
    row = request(story, **{"version": 2} | forged(now()))
    forge_as_superuser(story, Verb.PROFILE_ASKED, TABLE, row)
    story.sign(row["id"])
    device = device_of(story)
    assert device.profile is not None
    assert (device.profile.state, device.refusal) == (ProfileState.REFUSED, code)
    assert len(story.profiles[-1].grants) == 2


def test_what_a_request_says_of_a_refusal_is_not_what_the_signer_says(story: Story) -> None:
    """The console's role can write it; the page would say that nothing is collected, and the worker ask every hour."""
    row = request(story, refusal="unknown-list")
    forge(story, Verb.PROFILE_ASKED, TABLE, row)
    story.sign(row["id"])
    assert len(story.profiles[-1].grants) == 2
    assert (device_of(story).refusal, device_of(story).nothing) == (None, None)
