"""The only markup that a text of the catalogue may hold within a line: a link, and keyboard input.

Rules
- A link is `[words](name)`. The page that shows it knows where the name leads; a terminal has no links.
- Keyboard input is between backticks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MARKED: Final = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<name>[a-z-]+)\)|`(?P<typed>[^`]+)`")


@dataclass(frozen=True, slots=True)
class InlinePart:
    """Some words of a line. `leads_to`: a link's name, or None. `typed`: whether they are typed at a keyboard."""

    text: str
    leads_to: str | None = None
    typed: bool = False


def parts(line: str) -> Iterator[InlinePart]:
    """The line's parts, in order; what looks like no markup of ours stays words."""
    at = 0
    for mark in _MARKED.finditer(line):
        if mark.start() > at:
            yield InlinePart(line[at : mark.start()])
        yield InlinePart(mark["words"] or mark["typed"], mark["name"], typed=mark["typed"] is not None)
        at = mark.end()
    if at < len(line):
        yield InlinePart(line[at:])


def plain(line: str) -> str:
    """The words alone, for where nothing can be followed."""
    return "".join(part.text for part in parts(line))
