"""The outbox loses nothing and duplicates nothing in any order of steps, kills included."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offmon.agent.gap_counters import Loss
from offmon.core.formats import journal
from offmon.core.formats.event import GapReason, NoteKind, Sent
from offmon.core.log.tlog.merkle import root_of
from tests.support.declared import declare
from tests.unit.agent.test_outbox import HELD, NOW, disclosure, names, opened, receipt

STEPS = st.lists(
    st.sampled_from(["put", "gap", "note", "lease", "commit", "rollback", "reopen", "lost-answer"]), max_size=40
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, most=st.integers(1, 4))
def test_any_order_of_steps_loses_nothing_and_duplicates_nothing(steps: list[str], most: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "outbox.sqlite"
        outbox, lease, put = opened(path), None, list[str]()
        agency: list[Sent] = []
        others = 0
        for step in steps:
            match step:
                case "put":
                    put.append(str(len(put)))
                    outbox.put(disclosure(put[-1]), HELD)
                case "gap":
                    declare(outbox, Loss(GapReason.NOT_VISIBLE, NOW, NOW, None))
                    others += 1
                case "note":
                    outbox.note(NoteKind.STARTED, NOW)
                    others += 1
                case "lease" if lease is None:
                    lease = outbox.lease(most)
                    # What the agency takes is by place, so a batch sent again is the same batch.
                    agency += lease.leaves[max(0, len(agency) - lease.first) :]
                case "commit" if lease is not None:
                    known = root_of(map(journal.hash_of, agency)).hex()
                    assert outbox.commit(lease, receipt(lease.epoch, len(agency), known), b"signed")
                    lease = None
                case "rollback" if lease is not None:
                    outbox.rollback(lease)
                    lease = None
                case "reopen" | "lost-answer":
                    head = outbox.head
                    outbox.close()
                    outbox, lease = opened(path, head), None
                    assert outbox.head == head
        if lease is not None:
            outbox.rollback(lease)
        while outbox.pending:
            lease = outbox.lease(most)
            agency += lease.leaves[max(0, len(agency) - lease.first) :]
            known = root_of(map(journal.hash_of, agency)).hex()
            assert outbox.commit(lease, receipt(lease.epoch, len(agency), known), b"signed")
        outbox.close()
        assert names(agency) == put
        assert len(agency) == len(put) + others
        assert [journal.place_of(leaf).n for leaf in agency] == list(range(len(agency)))
