"""Requests every face's addresses: each names who may open it, or why anybody may, and sends a stranger to sign in (design §3).

Rules
- Every address of console and portal that needs a permission is requested over HTTP, from the running face, without a cookie. The answer
  must lead to that face's sign-in page. A page fails. "Not found" and an error fail too: they do not show that access was checked.
- The ids and words in an address are invented: access is checked before existence.
- Every address of every face, as this release's code declares it, carries one of the two marks. A face without any address fails.
- If a face does not answer, the control keeps the time of its last check, and so becomes stale.
- Nobody outside can see which *permission* a page needs: the permission matrix shows it (`docs/reference/permission-matrix.md`). Tests show
  what ingest requires of a device: trying it here would fill the count of refused strangers.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from django.urls import reverse

from offmon.core.ids import Count, Ms
from offmon.core.person.deadlines import RequestKind
from offmon.core.public.assurance import Control, ControlStanding, Observation
from offmon.server.base.web.permissions import Requires, doors
from offmon.server.oversight.anonymous_client import AnonymousResponse, Face
from offmon.words.catalogue import Language
from offmon.words.forms import NoticeFormat

FACES: Final = ("console", "ingest", "portal", "website")  # a test compares this with the folder
SIGN_IN: Final = {"console": "sign-in", "portal": "start"}
"""The faces that somebody can sign in to, and what each one calls its sign-in page (its own LOGIN_URL)."""
_INVENTED: Final = {
    "id": "0" * 32,
    "int": "1",
    "slug": "x",
    "language": Language.ENGLISH.value,
    "kind": next(iter(RequestKind)).value,
    "form": NoticeFormat.LARGE.value,
}
"""What stands in an address for each of its blanks."""
_BLANK: Final = re.compile(r"<(\w+):\w+>")


def look(running: Mapping[str, Face], at: Ms) -> Observation:
    """One look: what is declared of every face, and what those of `SIGN_IN` answer, that `running` says where to find.

    The figure is how many addresses were asked for. Raises OSError or HTTPException where a face does not answer.
    """
    declared = [doors(_urls(face)) for face in FACES]
    marked = all(found and all(door.mark is not None for door in found) for found in declared)
    shut = [
        _leads_to(reverse(name, _urls(face)), running[face].get(path))
        for face, name in SIGN_IN.items()
        for path in guarded(face)
    ]
    return Observation(
        Control.DOORS, ControlStanding.HOLDS if marked and all(shut) else ControlStanding.FAILS, Count(len(shut)), at
    )


def guarded(face: str) -> tuple[str, ...]:
    """A path for every address of the face that asks for a permission, its blanks filled with what is nobody's."""
    routes = [door.route for door in doors(_urls(face)) if isinstance(door.mark, Requires)]
    return tuple("/" + _BLANK.sub(lambda blank: _INVENTED[blank[1]], route) for route in routes)


def _urls(face: str) -> str:
    return f"offmon.server.faces.{face}.urls"


def _leads_to(sign_in: str, answer: AnonymousResponse) -> bool:
    to = urlsplit(answer.leads_to or "")
    return answer.status == HTTPStatus.FOUND and (to.scheme, to.netloc, to.path) == ("", "", sign_in)
