"""How the trial says what it is doing: a line a thing, with the seconds since it began, and if asked a table of what took how long."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TextIO

WIDTH: Final = 40  # of the line that shows when a step began and ended


@dataclass(frozen=True, slots=True)
class Span:
    """When a step began and ended, by the monotonic clock."""

    since: float
    until: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.until - self.since


class Spans(dict[str, Span]):
    """How long each step took, by its name."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what is done in the block."""
        began = time.monotonic()
        yield
        self[name] = Span(began, time.monotonic())


class Progress:
    """Call it with what has just been done."""

    def __init__(self, to: TextIO = sys.stdout) -> None:
        self._to = to
        self._began = time.monotonic()

    def __call__(self, what: str) -> None:
        """Say it."""
        self._to.write(f"{time.monotonic() - self._began:6.1f} s  {what}\n")
        self._to.flush()


def table(spans: Mapping[str, Span]) -> str:
    """A line a step, in the order in which they began: from when, how long, and a picture of what ran beside what."""
    first, last = min(span.since for span in spans.values()), max(span.until for span in spans.values())
    scale = WIDTH / max(last - first, 0.001)
    lines = []
    for name, span in sorted(spans.items(), key=lambda item: item[1].since):
        since, length = round((span.since - first) * scale), max(1, round(span.seconds * scale))
        lines.append(f"{span.since - first:6.1f} s  {span.seconds:5.1f} s  {name:12} {' ' * since}{'=' * length}\n")
    return f"  begun     took  step\n{''.join(lines)}"
