"""Nothing is drafted, signed or renewed without an assessment, whoever asks (R-DPA-31; DPA 2018 ss.64-65)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core import clock
from offmon.core.authority.capability import Capability, Source
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.states import ProfileState
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.deployments import queries as deployments
from offmon.server.orders.actions import AssessmentEntry, do_prepare_assessment, do_put_to_ico, do_sign_assessment
from offmon.server.orders.models import AssessmentRow
from offmon.server.orders.queries import assessment_document
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.job import Each
from tests.database import Database
from tests.integration.signer.test_logged import logged
from tests.integration.signer.test_sign import TABLE, request
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import PAPER, Story
from tests.support.taken import forge, overwrite

SOON = 5 * clock.DAY_MS


def due_for_review(story: Story, at: Ms) -> None:
    """As time would bring it about: no process may change the day. So the log says that this day was signed, as it would."""
    assert story.assessment is not None
    prepared_at = Ms(at - 100 * clock.DAY_MS)
    overwrite(story, "orders_assessment", story.assessment, {"review_by": at, "prepared_at": prepared_at})
    logged(story, Verb.ASSESSMENT_PREPARED, lambda _, entry: replace(entry, at=prepared_at))
    with story.console(), scope(story.officer):
        row = AssessmentRow.objects.get(id=story.assessment).touched()
    logged(story, Verb.ASSESSMENT_SIGNED, lambda _, entry: replace(entry, touched=(row,)))


def newest(story: Story) -> tuple[ProfileState, str | None, Ms]:
    """How the newest profile stands, why it was refused, and when its lease ends."""
    with story.console(), scope(story.officer):
        file = deployments.file_of(story.case)
    assert file is not None
    [device] = file.devices
    assert device.profile is not None
    return device.profile.state, device.refusal, device.profile.lease_until


def prepared(story: Story) -> Id:
    """An assessment that nobody has signed."""
    review_by = Ms(now() + 100 * clock.DAY_MS)
    entry = AssessmentEntry("An assessment", tuple(Capability), tuple(Source), PAPER, review_by)
    return do_prepare_assessment(entry, actor=story.supervisor)


def test_nothing_is_drafted_that_was_not_assessed(empty: Database, tmp_path: Any) -> None:
    story = Story(empty, tmp_path)
    story.orders()
    story.lists()
    with story.console(), story.with_keys():
        story.assessment = prepared(story)  # and not signed
    assert code_of(story.draft) == "not-assessed"
    story.assess(capabilities=(Capability.SITE,))  # one of two kinds
    with pytest.raises(Refused, match="phrase from the browser"):
        story.draft()
    story.assess(capabilities=(Capability.PHRASE,))
    story.draft()


def test_who_prepared_it_does_not_sign_and_nor_does_who_has_not_opened_it(story: Story) -> None:
    with story.console(), story.with_keys():
        one = prepared(story)
        assessment_document(one, actor=story.supervisor)
        assert code_of(do_sign_assessment, one, actor=story.supervisor) == "not-permitted"
        assert code_of(do_sign_assessment, one, actor=story.data_protection) == "not-opened"
        opened = assessment_document(one, actor=story.data_protection)
        assert opened is not None
        assert opened.data == PAPER.files[0]
        do_sign_assessment(one, actor=story.data_protection)
        assert code_of(do_sign_assessment, one, actor=story.data_protection) == "already-signed"
    assert len(story.entries(Verb.ASSESSMENT_SIGNED)) == 2  # with the story's own


def test_the_signer_refuses_what_is_due_for_review_in_the_row_and_in_the_log(
    story: Story, signer: SignerClient
) -> None:
    due_for_review(story, now())
    signer.sign_profile(story.ask_profile())
    assert newest(story)[:2] == (ProfileState.REFUSED, "not-assessed")
    [entry] = story.entries(Verb.PROFILE_SIGNED)
    assert (entry.outcome, entry.reason) == (EntryOutcome.DENIED, "not-assessed")


def test_a_lease_ends_when_the_assessment_is_due(story: Story, signer: SignerClient) -> None:
    due = Ms(now() + SOON)
    due_for_review(story, due)
    signer.sign_profile(story.ask_profile())
    assert newest(story) == (ProfileState.SIGNED, None, due)
    story.take_profile()
    assert story.profiles[-1].lease.until == due


def test_a_forged_request_for_longer_is_refused(story: Story, signer: SignerClient) -> None:
    due_for_review(story, Ms(now() + SOON))
    row = request(story)  # thirty days
    forge(story, Verb.PROFILE_ASKED, TABLE, row)
    signer.sign_profile(row["id"])
    assert newest(story)[:2] == (ProfileState.REFUSED, "assessment-ends-first")


def test_while_the_ico_has_not_answered_nothing_is_signed(story: Story, signer: SignerClient) -> None:
    assert story.assessment is not None
    asked = Ms(now() - clock.DAY_MS)
    with story.console():
        do_put_to_ico(story.assessment, asked, None, extended=False, actor=story.data_protection)
    signer.sign_profile(story.ask_profile())
    assert newest(story)[:2] == (ProfileState.REFUSED, "not-assessed")
    with story.console():
        do_put_to_ico(story.assessment, asked, now(), extended=True, actor=story.data_protection)
    signer.sign_profile(story.ask_profile())
    assert newest(story)[:2] == (ProfileState.SIGNED, None)


def test_a_lease_that_was_cut_short_is_renewed_when_the_next_assessment_is_signed_and_not_before(
    story: Story, signer: SignerClient
) -> None:
    due_for_review(story, Ms(now() + SOON))
    signer.sign_profile(story.ask_profile())
    with story.running(Process.WORKER):
        assert not jobs.renew(Each("renew"), story.worker)  # it would end at the same moment
    story.assess()
    with story.running(Process.WORKER):
        assert jobs.renew(Each("renew"), story.worker)
        assert not jobs.renew(Each("renew"), story.worker)
