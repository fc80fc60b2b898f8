"""Each face's addresses are all marked in the code, and the running ones' answers to a stranger are judged strictly (design §3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import get_resolver, resolve, reverse

from offmon.core.ids import Count, Ms
from offmon.core.public.assurance import Control, ControlStanding, Observation
from offmon.server import faces
from offmon.server.base.web.permissions import Requires, _walk, mark_of
from offmon.server.oversight import access_checks
from offmon.server.oversight.anonymous_client import AnonymousResponse, Face

AT = Ms(7)


@dataclass(frozen=True)
class Answering(Face):
    """Says the same as the real face would, but where it was told otherwise; the real ones are in tests/integration/oversight."""

    face: str
    otherwise: Mapping[str, AnonymousResponse]

    def get(self, path: str) -> AnonymousResponse:
        return self.otherwise.get(path, to(f"{sign_in(self.face)}?next={path}"))


def to(location: str | None, status: int = 302) -> AnonymousResponse:
    return AnonymousResponse(status, sets_cookie=False, body=b"", leads_to=location)


def sign_in(face: str) -> str:
    return reverse(access_checks.SIGN_IN[face], f"offmon.server.faces.{face}.urls")


def running(otherwise: Mapping[str, Mapping[str, AnonymousResponse]] | None = None) -> Mapping[str, Face]:
    return {face: Answering("", "", face, (otherwise or {}).get(face, {})) for face in access_checks.SIGN_IN}


def declared(face: str) -> list[tuple[str, Callable[..., object]]]:
    """The addresses of a face, each with its view."""
    return [(route, pattern.callback) for route, pattern in _walk(get_resolver(f"offmon.server.faces.{face}.urls"), "")]


def test_no_face_is_forgotten() -> None:
    [folder] = faces.__path__
    assert {path.parent.name for path in Path(folder).glob("*/urls.py")} == set(access_checks.FACES)
    asks = {face for face in access_checks.FACES for _, view in declared(face) if isinstance(mark_of(view), Requires)}
    assert asks == set(access_checks.SIGN_IN)


@pytest.mark.parametrize("face", access_checks.SIGN_IN)
def test_each_path_that_is_asked_for_leads_to_the_very_view_and_none_is_left_out(face: str) -> None:
    asked = {resolve(path, f"offmon.server.faces.{face}.urls").func for path in access_checks.guarded(face)}
    assert asked == {view for _, view in declared(face) if isinstance(mark_of(view), Requires)}


def test_where_every_door_is_marked_and_shut_it_holds_and_says_how_many_were_tried() -> None:
    count = sum(len(access_checks.guarded(face)) for face in access_checks.SIGN_IN)
    assert count > 80
    assert access_checks.look(running(), AT) == Observation(Control.DOORS, ControlStanding.HOLDS, Count(count), AT)


@pytest.mark.parametrize("face", access_checks.SIGN_IN)
@pytest.mark.parametrize(
    "answer",
    [
        to(None, 200),
        to(None, 404),
        to(None, 403),
        to(None, 500),
        to("/elsewhere/"),
        to("https://elsewhere.invalid{sign_in}"),
        to("//elsewhere.invalid{sign_in}"),
        to("{sign_in}", 200),
        to(None),
    ],
    ids=str,
)
def test_one_door_that_answers_otherwise_turns_the_row(face: str, answer: AnonymousResponse) -> None:
    there = answer.leads_to and answer.leads_to.format(sign_in=sign_in(face))
    for path in access_checks.guarded(face):
        found = access_checks.look(running({face: {path: to(there, answer.status)}}), AT)
        assert found.standing is ControlStanding.FAILS, path


@pytest.mark.parametrize("face", access_checks.FACES)
def test_one_door_of_any_face_that_says_nothing_of_who_may_open_it_turns_the_row(
    face: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for route, view in declared(face):
        with monkeypatch.context() as broken:
            broken.delattr(view, "offmon_mark")
            assert access_checks.look(running(), AT).standing is ControlStanding.FAILS, route
    assert access_checks.look(running(), AT).standing is ControlStanding.HOLDS


@pytest.mark.parametrize("face", access_checks.FACES)
def test_a_face_of_which_no_address_is_found_turns_the_row(face: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_resolver(f"offmon.server.faces.{face}.urls"), "url_patterns", [])
    assert access_checks.look(running(), AT).standing is ControlStanding.FAILS
