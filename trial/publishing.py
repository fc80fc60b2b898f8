"""What the trial publishes, as an agency and its supplier would: the trust file, the verifier, the specifications, the agent's release.

Rules
- It is all in one folder that everybody may read. The public site serves that folder and reads nothing else.
- The agent's own code makes the release, run as the trial runs it, so that devices name the same one.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from offmon.core.errors import Refused
from trial.places import CHECKOUT, ProgramCode, TrialHome

RELEASE: Final = "agent-release.json"
_TIMEOUT_S: Final = 60.0


def publish(home: TrialHome, code: ProgramCode) -> None:
    """Fill the folder anew. The trust file is there already: the ceremony writes it."""
    folder = home.trust.parent
    _run([sys.executable, str(CHECKOUT / "bin" / "build-verifier"), str(folder / "offmon-verify.pyz")], code)
    for spec in sorted((CHECKOUT / "docs" / "specs").glob("*.md")):
        shutil.copyfile(spec, folder / spec.name)
    digest = _run([str(code.python), "-P", "-m", "offmon.agent.code_digest"], code).strip()
    (folder / RELEASE).write_text(f'{{"type":"offmon/agent-release@1","sha256":"{digest}"}}\n')
    (home.path / "agent-release").write_text(digest)
    for file in folder.iterdir():
        file.chmod(0o644)


def is_whole(home: TrialHome) -> bool:
    """Whether all that was published is still there."""
    folder = home.trust.parent
    names = ("offmon-verify.pyz", RELEASE, *(spec.name for spec in (CHECKOUT / "docs" / "specs").glob("*.md")))
    return (home.path / "agent-release").exists() and all((folder / name).exists() for name in names)


def release(home: TrialHome) -> str:
    """The digest of the published agent."""
    return (home.path / "agent-release").read_text()


def _run(command: list[str], code: ProgramCode) -> str:
    ended = subprocess.run(  # noqa: S603 - argument lists of this package, never a shell
        command,
        cwd=Path("/"),
        env={"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **code.environment()},
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT_S,
    )
    if ended.returncode != 0:
        raise Refused(
            "not-published", f"{Path(command[1]).name} ended with {ended.returncode}; its checkout may be incomplete."
        )
    return ended.stdout
