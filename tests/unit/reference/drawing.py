"""Comparing a page of docs/reference with what the code says; `OFFMON_WRITE_REFERENCE=1` draws it anew."""

import os
from collections.abc import Iterable
from pathlib import Path

REFERENCE = Path(__file__).parents[3] / "docs/reference"


def check_drawn(name: str, lines: Iterable[str]) -> None:
    """The page is what the code would draw."""
    page, drawn = REFERENCE / name, "\n".join(lines) + "\n"
    if os.environ.get("OFFMON_WRITE_REFERENCE"):
        page.write_text(drawn, "utf-8")
    assert page.read_text("utf-8") == drawn, "run this test with OFFMON_WRITE_REFERENCE=1, and look at the difference"


def row(*cells: object) -> str:
    """A line of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
