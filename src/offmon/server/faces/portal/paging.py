"""Divides a long list into pages that a phone can load (issue 3: at most 150 KB), so that all of it can be reached.

Rules
- A page ends after so many lines, or sooner if officers' text is long: its bytes are counted as they are sent.
- The address holds a page number for each list. So a page is a link, and works without a script.
- A value that is no number gives the first page, and one beyond the end the last: a saved address always works.
- Turning the page of one list leaves the page's other lists as they are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

MOST_LETTERS: Final = 50_000  # of one list on a page, in bytes


@dataclass(frozen=True, slots=True)
class ListPage[T]:
    """A page of a list: its lines, which page it is, of how many; and where the links to the pages beside it lead, if there are any."""

    lines: Sequence[T]
    number: int
    last: int
    newer: str | None
    older: str | None


def parts(
    asked: Mapping[str, str],
    most: Mapping[str, int],
    letters: Mapping[str, Callable[[Any], int]] | None = None,
    /,
    **lists: Sequence[object],
) -> dict[str, Any]:
    """Of each list, by its name, the page that an address asks for: a `Part`. `most`: how many lines a page of it has, at most.

    `letters`: of a list whose lines hold what officers wrote, how many bytes that is of a line.
    """
    pages = {name: _cut(lines, most[name], (letters or {}).get(name, _nothing)) for name, lines in lists.items()}
    last = {name: len(cut) for name, cut in pages.items()}
    numbers = {name: _number(asked.get(name, ""), last[name]) for name in lists}

    def leads(name: str, number: int) -> str | None:
        return f"?{urlencode({**numbers, name: number})}#{name}" if 1 <= number <= last[name] else None

    return {
        name: ListPage(
            pages[name][numbers[name] - 1],
            numbers[name],
            last[name],
            leads(name, numbers[name] - 1),
            leads(name, numbers[name] + 1),
        )
        for name in lists
    }


def _cut(lines: Sequence[object], most: int, letters: Callable[[Any], int]) -> list[list[object]]:
    """The pages of a list: one at least, and on each that is not empty one line at least."""
    pages, used = [list[object]()], 0
    for line in lines:
        here = letters(line)
        if pages[-1] and (len(pages[-1]) == most or used + here > MOST_LETTERS):
            pages.append([])
            used = 0
        pages[-1].append(line)
        used += here
    return pages


def _nothing(_: object) -> int:
    return 0


def _number(asked: str, last: int) -> int:
    return min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 10 else 1
