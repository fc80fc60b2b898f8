"""Every face's doors are looked at as the code declares them, and each of them says who may open it (design §3)."""

from pathlib import Path

import pytest
from django.urls import get_resolver

from tests.server import set_up_django

set_up_django()

from offmon.core.assurance import Control, Seen, Standing  # noqa: E402  # apps before addresses
from offmon.core.ids import Count, Ms  # noqa: E402
from offmon.server import faces  # noqa: E402
from offmon.server.base.web.permissions import _walk  # noqa: E402
from offmon.server.oversight import doors  # noqa: E402

AT = Ms(7)


def declared(face: str) -> list[tuple[str, object]]:
    """The addresses of a face, each with its view."""
    return [(route, pattern.callback) for route, pattern in _walk(get_resolver(f"offmon.server.faces.{face}.urls"), "")]


def test_no_face_is_forgotten() -> None:
    [folder] = faces.__path__
    assert {path.parent.name for path in Path(folder).glob("*/urls.py")} == set(doors.FACES)


def test_every_door_of_every_face_is_marked_and_counted() -> None:
    count = sum(len(declared(face)) for face in doors.FACES)
    assert count > 100
    assert doors.look(AT) == Seen(Control.DOORS, Standing.HOLDS, Count(count), AT)


@pytest.mark.parametrize("face", doors.FACES)
def test_one_door_of_any_face_that_says_nothing_of_who_may_open_it_turns_the_row(
    face: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for route, view in declared(face):
        with monkeypatch.context() as broken:
            broken.delattr(view, "offmon_mark")
            assert doors.look(AT).standing is Standing.FAILS, route
    assert doors.look(AT).standing is Standing.HOLDS


@pytest.mark.parametrize("face", doors.FACES)
def test_a_face_of_which_no_address_is_found_turns_the_row(face: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_resolver(f"offmon.server.faces.{face}.urls"), "url_patterns", [])
    assert doors.look(AT).standing is Standing.FAILS
