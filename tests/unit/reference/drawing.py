"""Comparing a page of the documents with what the code says; `OFFMON_WRITE_REFERENCE=1` draws it anew."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

REFERENCE = Path(__file__).parents[3] / "docs/reference"
DRAWN = re.compile(r"(<!-- drawn: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def check_drawn(name: str, lines: Iterable[str]) -> None:
    """The page is what the code would draw."""
    page, drawn = REFERENCE / name, "\n".join(lines) + "\n"
    if os.environ.get("OFFMON_WRITE_REFERENCE"):
        page.write_text(drawn, "utf-8")
    assert page.read_text("utf-8") == drawn, "run this test with OFFMON_WRITE_REFERENCE=1, and look at the difference"


def check_parts(name: str, parts: Mapping[str, Iterable[str]]) -> None:
    """The parts of a page between `<!-- drawn: x -->` and `<!-- end -->` are what the code would draw, all of them."""
    text = (REFERENCE / name).read_text("utf-8")
    assert [part for _, part, _ in DRAWN.findall(text)] == list(parts)
    drawn = DRAWN.sub(lambda found: f"{found[1]}\n" + "\n".join(parts[found[2]]) + f"\n\n{found[3]}", text)
    check_drawn(name, drawn.removesuffix("\n").split("\n"))


def row(*cells: object) -> str:
    """A line of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def table(*head: str) -> list[str]:
    """The first two lines of a Markdown table."""
    return [row(*head), row(*["---"] * len(head))]
