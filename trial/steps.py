"""What each step of the trial gave, by its name, so that an interrupted run continues where it was."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from offmon.core.ids import Id


class Steps:
    """What each step gave, by its name. It is kept in a file after each."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._done: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}

    def once(self, name: str, do: Callable[[], str | None], *, stands: Callable[[], bool] = lambda: True) -> Id:
        """What the step gave: when it was done, or now where it was not or no longer stands."""
        if name not in self._done or not stands():
            self._done[name] = do() or ""
            unfinished = self._file.with_suffix(".new")
            unfinished.write_text(json.dumps(self._done, indent=1))
            unfinished.rename(self._file)
            sys.stdout.write(f"seed: {name}\n")
            sys.stdout.flush()
        return Id(self._done[name])
