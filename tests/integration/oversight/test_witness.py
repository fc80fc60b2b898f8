"""The witness itself is asked: one that is gone, or disagrees, turns its line however quiet the log is (issue 3)."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from offmon.core.formats.keys import Algorithm
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Ms, Origin
from offmon.core.log.tlog.cosignature import cosign
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.submission import Submission
from offmon.core.public.assurance import Control, ControlStanding, Observation
from offmon.server.audit.witness_client import WitnessClient, WitnessUnavailable
from offmon.server.base.policies import Process
from offmon.server.oversight.witness import confirmed
from tests.database import Database
from tests.integration.oversight.looking import do
from tests.support.fake_device import now
from tests.support.instant_witness import InstantWitness, seed_key
from tests.support.story import ORIGIN, Story
from tests.unit.witness.sample import SampleLog

QUIET = Observation(Control.WITNESSED, ControlStanding.NOTHING_YET, None, Ms(1))
STRANGER = seed_key("witness.invalid/stranger", Algorithm.COSIGNATURE)


@dataclass(frozen=True)
class Remembering(InstantWitness):
    """A witness that says what it signed last, in this process."""

    def cosign(self, submission: Submission) -> SignedNote:
        signed.append(super().cosign(submission))
        return signed[-1]

    def last(self, _: Origin) -> SignedNote | None:
        return signed[-1] if signed else None


signed: list[SignedNote] = []


@pytest.fixture
def witnessed(empty: Database, tmp_path: Path) -> Story:
    """The case, its log seen by a witness that remembers."""
    signed.clear()
    return Story(empty, tmp_path, witness=Remembering.new()).play()


def asked(story: Story, known: Observation = QUIET) -> ControlStanding:
    with story.running(Process.ASSURANCE):
        return confirmed(known, story.witness).standing


def test_a_quiet_log_under_a_checkpoint_that_the_witness_confirms_holds(witnessed: Story) -> None:
    assert asked(witnessed) is ControlStanding.HOLDS
    assert asked(witnessed, replace(QUIET, standing=ControlStanding.FAILS)) is ControlStanding.FAILS


def test_where_there_is_no_log_yet_there_is_nothing_to_confirm(empty: Database, tmp_path: Path) -> None:
    signed.clear()
    assert asked(Story(empty, tmp_path, witness=Remembering.new())) is ControlStanding.NOTHING_YET


def test_a_witness_that_does_not_answer_fails(witnessed: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_: WitnessClient, __: Origin) -> SignedNote:
        raise WitnessUnavailable("witness-unreachable", "It cannot be reached.")

    monkeypatch.setattr(Remembering, "last", silent)
    assert asked(witnessed, replace(QUIET, standing=ControlStanding.HOLDS)) is ControlStanding.FAILS


def test_a_witness_that_forgot_the_log_or_shows_another_fails(witnessed: Story) -> None:
    ours = signed[-1]
    other = SampleLog(origin=ORIGIN, key=witnessed.keys[KeyRole.LOG])
    assert isinstance(witnessed.witness, Remembering)
    key = witnessed.witness.signing
    for shown in (
        [],
        [SignedNote(ours.text, ours.signatures[:1]).adding([cosign(ours, STRANGER, now())])],
        [other.note(1).adding([cosign(other.note(1), key, now())])],
        [SampleLog().note(10_000).adding([cosign(SampleLog().note(10_000), key, now())])],
    ):
        signed[:] = shown
        assert asked(witnessed) is ControlStanding.FAILS
    signed[:] = [other.note(10_000).adding([cosign(other.note(10_000), key, now())])]
    assert asked(witnessed) is ControlStanding.FAILS  # what only the witness has was cut from our tables


def test_a_witness_that_is_ahead_of_what_our_tables_call_cosigned_holds(witnessed: Story) -> None:
    do(witnessed.database, "delete from audit_checkpoint where cosigned_at is not null")
    assert asked(witnessed) is ControlStanding.HOLDS  # its answer is on its way: what it signed we had signed before
    do(witnessed.database, "delete from audit_checkpoint where size = (select max(size) from audit_checkpoint)")
    assert asked(witnessed) is ControlStanding.FAILS
