"""Walking the addresses of every face: each says who may open it, or why anybody may (design §3).

Rules
- They are looked at as the code of this release declares them, in the copy that the looking process runs. No face is asked: that each
  opens to nobody else is held by `base/web/permissions`, in the face itself, and shown by the permission matrix.
- A face of which no address is found says nothing, and fails.
"""

from typing import Final

from offmon.core.assurance import Control, Seen, Standing
from offmon.core.ids import Count, Ms
from offmon.server.base.web.permissions import doors

FACES: Final = ("console", "ingest", "portal", "website")  # a test compares this with the folder


def look(at: Ms) -> Seen:
    """One look at every address of every face, as declared."""
    faces = [doors(f"offmon.server.faces.{face}.urls") for face in FACES]
    holds = all(found and all(door.mark is not None for door in found) for found in faces)
    return Seen(Control.DOORS, Standing.HOLDS if holds else Standing.FAILS, Count(sum(map(len, faces))), at)
