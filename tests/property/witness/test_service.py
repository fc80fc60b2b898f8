"""Whatever the witness receives, in any order, it cosigns one tree (C2SP tlog-witness)."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offmon.witness.service import Witness
from tests.unit.witness.sample import FORK, LOG, SampleLog, make_witness
from tests.unit.witness.test_service import add


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """A witness that has cosigned the log at size 5."""
    witness = make_witness(tmp_path)
    assert add(witness, LOG.submission(0, 5)).status == 200
    return witness


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(st.binary() | st.text().map(lambda text: f"old {text}\n\n{text}\n\n— {text}\n".encode(errors="replace")))
def test_whatever_is_sent_is_refused(witness: Witness, body: bytes) -> None:
    assert witness.add_checkpoint(body).status == 400


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 12), st.integers(0, 12)), max_size=12))
def test_whatever_is_sent_in_whatever_order_one_tree_is_cosigned(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, int, int]]
) -> None:
    """The promise of a witness: all that it cosigned of a log are sizes of one tree, in order."""
    witness = make_witness(tmp_path_factory.mktemp("witness"))
    signed: list[tuple[SampleLog, int]] = []
    for honest, old, size in steps:
        log = LOG if honest else FORK
        if add(witness, log.submission(old, size)).status == 200:
            signed.append((log, size))
    assert [size for _, size in signed] == sorted(size for _, size in signed)
    assert len({log.word for log, size in signed if size > 0}) <= 1
