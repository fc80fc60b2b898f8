"""A long list, a page of it at a time: so no page is too heavy for a phone, and all of the list can be reached (issue 3: at most 150 KB).

Rules
- Which page of which list stands in the address, a number a list: a page is a link, and works without a script.
- What is no number is the first page, and beyond the last is the last: an address that somebody kept leads somewhere.
- Turning the page of one list leaves the others on a page as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Part[T]:
    """A page of a list: its lines, which page it is, of how many; and where the links to the pages beside it lead, if there are any."""

    lines: Sequence[T]
    number: int
    last: int
    newer: str | None
    older: str | None


def parts(asked: Mapping[str, str], most: Mapping[str, int], /, **lists: Sequence[object]) -> dict[str, Any]:
    """Of each list, by its name, the page that an address asks for: a `Part`. `most`: how many lines a page of it has."""
    last = {name: max(1, -(-len(lines) // most[name])) for name, lines in lists.items()}
    numbers = {name: _number(asked.get(name, ""), last[name]) for name in lists}

    def leads(name: str, number: int) -> str | None:
        return f"?{urlencode({**numbers, name: number})}#{name}" if 1 <= number <= last[name] else None

    return {
        name: Part(
            lines[(numbers[name] - 1) * most[name] : numbers[name] * most[name]],
            numbers[name],
            last[name],
            leads(name, numbers[name] - 1),
            leads(name, numbers[name] + 1),
        )
        for name, lines in lists.items()
    }


def _number(asked: str, last: int) -> int:
    return min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 10 else 1
