"""The trial publishes what the public site offers an expert (N4): each file has a name and a description there."""

import json
import subprocess
import sys
from pathlib import Path

from offmon.server.faces.website.published import ABOUT, VERIFIER
from trial import publishing
from trial.places import CHECKOUT, ProgramCode, TrialHome
from trial.raising import _lay_out_assessment


def test_it_lays_out_all_that_the_site_has_words_for_and_nothing_else(home: TrialHome) -> None:
    folder = home.trust.parent
    folder.mkdir()
    home.trust.write_text("{}")  # the ceremony's
    publishing.publish(home, ProgramCode(Path(sys.executable)))
    _lay_out_assessment(home)
    assert {file.name for file in folder.iterdir()} == set(ABOUT)
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o644}
    for spec in (CHECKOUT / "docs" / "specs").iterdir():
        assert (folder / spec.name).read_bytes() == spec.read_bytes()
    assert json.loads((folder / publishing.RELEASE).read_text())["sha256"] == publishing.release(home)
    built = subprocess.run(
        [sys.executable, str(folder / VERIFIER), "--help"], capture_output=True, text=True, check=False
    )
    assert (built.returncode, "--trust" in built.stdout) == (0, True)
