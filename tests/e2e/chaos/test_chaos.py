"""The chaos of a device in short: each kind of attack once. `make chaos-device` plays it in full."""

from pathlib import Path

import pytest

from offmon.agent import last_receipt
from tests.e2e.chaos.play import ATTACKS, TOGETHER, Run, begun, play
from tests.prove.markers import proves

OFF_S = 1_000


@pytest.mark.parametrize(("seed", "kind"), list(enumerate(ATTACKS)))
def test_each_page_is_delivered_once_or_lies_in_a_gap_that_somebody_can_see(
    tmp_path: Path, seed: int, kind: str
) -> None:
    assert play(seed, kind, tmp_path).off == []


@proves("S128", last_receipt.proved, disabled=lambda belief, *signed: None)
@pytest.mark.parametrize("seed", [1, 2, 3])  # now its first request comes before its first tick, now after it
@pytest.mark.parametrize(
    "names",
    TOGETHER,
)
def test_the_device_itself_declares_the_time_before_its_marks_were_deleted(
    tmp_path: Path, names: tuple[str, ...], seed: int
) -> None:
    with begun(seed, "deleted", tmp_path) as run:
        run.machine.start()
        run.goes_on(90)
        run.machine.kill()
        shown = len(run.pages)
        run.off(OFF_S)
        remove(run, names)
        run.settle()
        declared = [run.ingest.covered(page.true, page.raw)[0] for page in run.pages[shown:]]
        assert declared == [True] * 4


def remove(run: Run, names: tuple[str, ...]) -> None:
    for name in names:
        for part in run.machine.folder.glob(f"{name}*"):
            part.unlink()
