"""Walking the addresses of every face: each says who may open it, or why anybody may (design §3)."""

from importlib.util import find_spec
from typing import Final

from offmon.core.assurance import Control, Seen, Standing
from offmon.core.ids import Count, Ms
from offmon.server.base.web.permissions import doors

FACES: Final = ("console", "portal", "ingest", "website")


def look(at: Ms) -> Seen:
    """One look at every address of every face that is installed."""
    marks = [door.mark for face in _faces() for door in doors(f"offmon.server.faces.{face}.urls")]
    holds = bool(marks) and all(mark is not None for mark in marks)
    return Seen(Control.DOORS, Standing.HOLDS if holds else Standing.FAILS, Count(len(marks)), at)


def _faces() -> list[str]:
    return [face for face in FACES if find_spec(f"offmon.server.faces.{face}.urls")]
