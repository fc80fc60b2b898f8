"""A bundle verifies for as long as anyone may ask: one specimen of every release (design §9)."""

from pathlib import Path

import pytest

from offmon.core.bundle import read, write
from offmon.core.formats import trust_file
from offmon.verify.app import judge
from offmon.verify.text import as_text

SPECIMENS = sorted(path.parent for path in (Path(__file__).parents[2] / "bundles").glob("*/bundle.zip"))


def test_there_is_a_specimen() -> None:
    assert SPECIMENS


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda path: path.name)
def test_a_past_bundle_still_verifies(specimen: Path) -> None:
    bundle = (specimen / "bundle.zip").read_bytes()
    verdict = judge(bundle, trust_file.load((specimen / "trust.json").read_bytes()))
    assert verdict.exit == 0, as_text(verdict)
    assert write.pack(read.unpack(bundle)) == bundle
