"""`python -m tests.prove`: each safeguard in turn, with and without. Prints a table; exit 1 where one is not proved.

`S3 S4` tries these; `--write` draws the page instead.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.prove.markers import ROOT, SAFEGUARDS
from tests.prove.register import PAGE, marked, page

QUIET = ("-qq", "-p", "no:cacheprovider", "-p", "tests.prove.plugin", "--prove")


def main(wanted: list[str]) -> int:
    """Prove all safeguards, or those named."""
    if wanted == ["--write"]:
        PAGE.write_text(page(), "utf-8")
        return 0
    if unknown := {*wanted} - {*SAFEGUARDS}:
        sys.exit(f"docs/safeguards.toml has no {', '.join(sorted(unknown))}")
    files = [file for file in marked() if not wanted or any(f'"{one}"' in file.read_text("utf-8") for one in wanted)]
    began = time.monotonic()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ended = list(pool.map(lambda group: _run(",".join(wanted) or "all", group), filter(None, _dealt(files))))
    print(f"{'not all' if any(ended) or not ended else 'all'} proved, {time.monotonic() - began:.0f} s")  # noqa: T201  a command's output
    return 1 if any(ended) or not ended else 0


def _dealt(files: Sequence[Path]) -> list[list[Path]]:
    """The files of each process. Those with a database are dealt to as many as there are cores; a browser has one for each folder."""
    groups = [list[Path]() for _ in range(os.cpu_count() or 1)]
    pure, browsers = list[Path](), dict[str, list[Path]]()
    folders: dict[str, list[Path]] = {}
    for file in files:
        folders.setdefault(_folder(file), []).append(file)
    for folder, within in sorted(folders.items(), key=lambda one: -len(one[1])):
        if folder.startswith("tests/integration/"):
            min(groups, key=len).extend(within)
        elif folder.startswith("tests/e2e/"):
            browsers[folder] = within
        else:
            pure += within
    return [*groups, *browsers.values(), pure]


def _folder(file: Path) -> str:
    parts = file.relative_to(ROOT).parts
    return "/".join(parts[: 2 if parts[1] in {"unit", "property"} else 3])


def _run(wanted: str, files: Sequence[Path]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *QUIET, wanted, *files], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
