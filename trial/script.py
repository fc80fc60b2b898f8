"""A play in numbered steps. Each says what happened, which safeguard acted, and what could be seen of it."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from offmon.core.errors import OffmonError


class StepFailed(OffmonError):
    """A step did not show what it should have."""


@dataclass(frozen=True, slots=True)
class PlayedStep:
    """A step that was played."""

    step: str
    safeguard: str
    shown: str
    seconds: float


@dataclass
class Script:
    """What was played so far."""

    steps: list[PlayedStep] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has been."""
        return round(time.monotonic() - self.began, 1)

    def play(self, step: str, safeguard: str, do: Callable[[], str]) -> None:
        """Play a step; `do` returns what was shown, and raises where the safeguard did not act."""
        began = time.monotonic()
        shown = do()
        self.steps.append(PlayedStep(step, safeguard, shown, round(time.monotonic() - began, 1)))
        sys.stdout.write(f"{len(self.steps):3}. {step} [{safeguard}] {shown}\n")
        sys.stdout.flush()

    def as_json(self, *, verified: bool, bundle: Path, trust: Path) -> str:
        """The whole play as one object."""
        steps = [asdict(step) for step in self.steps]
        doc = {
            "verified": verified,
            "seconds": self.seconds,
            "bundle": str(bundle),
            "trust": str(trust),
            "steps": steps,
        }
        return json.dumps(doc)


def until[T](what: str, look: Callable[[], T | None], seconds: float) -> T:
    """What `look` finds, once it finds something. Raises StepFailed after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise StepFailed("waited-in-vain", f"After {seconds:.0f} s there was still no {what}.")
        time.sleep(0.1)


def expect(what: str, *, holds: bool) -> None:
    """Raises StepFailed unless it holds."""
    if not holds:
        raise StepFailed("not-shown", f"This was to be shown and is not so: {what}.")
