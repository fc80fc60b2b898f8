"""With a real witness process: placed entries get cosigned, and each entry's proof verifies alone (C2SP tlog-proof; formats §7)."""

import pytest

from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id, Origin
from offmon.core.log import audit
from offmon.core.log.audit import Verb
from offmon.core.log.tlog.checkpoint import check_checkpoint
from offmon.core.log.tlog.cosignature import cosign
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proof import Proof
from offmon.server.audit import queries
from offmon.server.audit.actions import append
from offmon.server.audit.actions.sequence import SequencedLog, do_keep_cosigned, do_sequence
from offmon.server.audit.publish import publish
from offmon.server.audit.witness_client import WitnessClient
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action
from tests.integration.audit.sample import AGENCY, CASE, WORKER
from tests.integration.witness.test_witness_process import Place, place
from tests.support.proofs import check_proof
from tests.support.refused import code_of
from tests.unit.witness.sample import LOG_KEY, ORIGIN, WITNESS_KEY, SampleLog

__all__ = ["place"]
pytestmark = pytest.mark.usefixtures("as_worker")
LOG = SequencedLog(AGENCY, Origin(ORIGIN), LOG_KEY)


@action
def do_act(*, actor: Actor) -> Id:
    return append(actor, Verb.CASE_CONSULTED, case=CASE).id


def asked_at(place: Place) -> WitnessClient:
    return WitnessClient(f"http://127.0.0.1:{place.port}", place.key)


def proved_at(place: Place, entry: Id) -> int:
    """The size of the checkpoint that the entry's proof leads to, after checking all of it from its text alone."""
    [item] = [item for item in queries.run_of(WORKER, CASE) if item.id == entry]
    record = audit.record_of(CASE, item.number, item.previous, audit.commit_of(item.entry, item.salt))
    found = queries.proof_of(WORKER, entry)
    assert found is not None
    proof = Proof.parse(found.data)
    logged = check_proof(proof, record, origin=ORIGIN, log_keys=[LOG_KEY.public], witnesses=[place.key])
    assert [seen.witness for seen in logged.cosigned] == [place.key]
    assert logged.cosigned[0].at == queries.witnessed_at(WORKER, entry)
    assert abs(logged.cosigned[0].at - clock.now()) < 60_000
    return logged.checkpoint.size


def test_each_entry_is_proved_by_the_earliest_checkpoint_that_a_witness_saw_it_in(place: Place) -> None:
    with place.running():
        first = do_act(actor=WORKER)
        assert queries.proof_of(WORKER, first) is None
        publish(LOG, asked_at(place), actor=WORKER)
        later = [do_act(actor=WORKER) for _ in range(3)]
        publish(LOG, asked_at(place), actor=WORKER)
    assert proved_at(place, first) == 1
    assert [proved_at(place, entry) for entry in later] == [4, 4, 4]
    assert [check_checkpoint(note, ORIGIN, [LOG_KEY.public])[0].size for note in queries.checkpoints(WORKER)] == [1, 4]


def test_a_proof_does_not_fit_another_entry(place: Place) -> None:
    with place.running():
        one, other = do_act(actor=WORKER), do_act(actor=WORKER)
        publish(LOG, asked_at(place), actor=WORKER)
    proof = queries.proof_of(WORKER, one)
    record = queries.run_of(WORKER, CASE)[1].record
    assert proof is not None
    assert queries.run_of(WORKER, CASE)[1].id == other
    with pytest.raises(NotAuthentic):
        check_proof(proof, record, origin=ORIGIN, log_keys=[LOG_KEY.public], witnesses=[place.key])


def test_while_the_witness_is_down_nothing_is_lost_and_nothing_is_called_witnessed(place: Place) -> None:
    entries = []
    for _ in range(3):
        entries.append(do_act(actor=WORKER))
        assert publish(LOG, asked_at(place), actor=WORKER) is None
    assert [item.id for item in queries.run_of(WORKER, CASE)] == entries
    assert [queries.proof_of(WORKER, entry) for entry in entries] == [None, None, None]
    with place.running():
        assert publish(LOG, asked_at(place), actor=WORKER) is not None
    assert [proved_at(place, entry) for entry in entries] == [3, 3, 3]


def test_a_signature_that_was_lost_on_its_way_back_is_asked_for_again(place: Place) -> None:
    entry = do_act(actor=WORKER)
    do_sequence(LOG, actor=WORKER)
    submission = queries.submission(WORKER)
    assert submission is not None
    with place.running():
        asked_at(place).cosign(submission)  # and the worker dies before it keeps the answer
        publish(LOG, asked_at(place), actor=WORKER)
        assert proved_at(place, entry) == 1
        assert publish(LOG, asked_at(place), actor=WORKER) is None  # nothing new, nothing sent


def test_a_witness_that_saw_more_than_there_is_stops_the_worker(place: Place) -> None:
    do_act(actor=WORKER)
    with place.running() as running:
        running.add(SampleLog().submission(0, 5))
        assert code_of(publish, LOG, asked_at(place), actor=WORKER) == "witness-ahead"


def test_a_witness_that_saw_other_entries_stops_the_worker(place: Place) -> None:
    do_act(actor=WORKER)
    do_act(actor=WORKER)
    with place.running() as running:
        running.add(SampleLog().submission(0, 1))
        assert code_of(publish, LOG, asked_at(place), actor=WORKER) == "log-forked"
    assert queries.latest_cosigned(WORKER) is None


def test_only_a_checkpoint_of_ours_with_the_witnesss_own_signature_is_kept() -> None:
    do_act(actor=WORKER)
    do_sequence(LOG, actor=WORKER)
    submission = queries.submission(WORKER)
    assert submission is not None
    ours = submission.note
    foreign = SampleLog().note(1)
    forged = cosign(foreign, WITNESS_KEY, clock.now())
    kept: dict[str, SignedNote] = {
        "not-cosigned": ours,
        "bad-signature": ours.adding([forged]),
        "foreign-checkpoint": foreign.adding([forged]),
    }
    for code, note in kept.items():
        assert code_of(do_keep_cosigned, LOG, note, WITNESS_KEY.public, actor=WORKER) == code
    assert queries.latest_cosigned(WORKER) is None
    good = ours.adding([cosign(ours, WITNESS_KEY, clock.now())])
    for _ in range(2):
        do_keep_cosigned(LOG, good, WITNESS_KEY.public, actor=WORKER)
    assert queries.checkpoints(WORKER) == [good]
