"""Walking the addresses of every face: each says who may open it, or why anybody may (design §3)."""

from typing import Final

from offmon.core.assurance import Control, Seen, Standing
from offmon.core.ids import Count, Ms
from offmon.server.base.web.permissions import doors

FACES: Final = ("console", "ingest", "website")  # a test compares this with the folder


def look(at: Ms) -> Seen:
    """One look at every address of every face."""
    marks = [door.mark for face in FACES for door in doors(f"offmon.server.faces.{face}.urls")]
    holds = bool(marks) and all(mark is not None for mark in marks)
    return Seen(Control.DOORS, Standing.HOLDS if holds else Standing.FAILS, Count(len(marks)), at)
