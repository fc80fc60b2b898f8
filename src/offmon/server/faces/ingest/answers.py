"""Every answer but success: one problem of core's closed list, and a line in the log or a count (RFC 9457).

Rules
- Only an error's code decides. An unknown error becomes `unavailable`, and is logged without its text, which may quote a row.
- Once a device's signature was checked, its refusals are entries (`do_refuse`). Before that the request is a stranger's, and only counted.
- No answer says anything about a person, and none has a stack trace.
"""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from offmon.core.authority.may_leave import RefusalReason
from offmon.core.errors import Malformed, NotAuthentic, OffmonError
from offmon.core.formats.batches import MissingFrom
from offmon.core.formats.canon import Json
from offmon.core.formats.problem import CONTENT_TYPE, Problem, answer
from offmon.core.ids import Slug
from offmon.server.base.actor import Actor
from offmon.server.base.web.application import Unfinished
from offmon.server.deployments.queries import KnownDevice
from offmon.server.intake.actions import do_count_stranger, do_refuse
from offmon.server.intake.epochs import ForkedFrom
from offmon.server.intake.may_stay import NotGranted

_log = logging.getLogger("offmon.ingest")

RETRY_AFTER_S: Final = 30
_BY_CODE: Final = {problem.code: problem for problem in Problem} | {
    "too-many-leaves": Problem.TOO_LARGE,
    "not-enrollable": Problem.BAD_CODE,
}
_OUT_OF_PERIOD: Final = frozenset({RefusalReason.OUT_OF_LEASE, RefusalReason.OUT_OF_PERIOD, RefusalReason.FUTURE})


class Turned(Exception):
    """A request that is turned down, by whom it came from. `device` None: a stranger, as far as is proved."""

    def __init__(
        self, problem: Problem, sender: tuple[KnownDevice, Actor] | None = None, members: dict[str, Json] | None = None
    ) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.sender = sender
        self.members = members or {}


@contextmanager
def turning(sender: tuple[KnownDevice, Actor] | None = None) -> Iterator[None]:
    """Turn down whatever raises one of our own errors inside, in the name of `sender`."""
    try:
        yield
    except OffmonError as error:
        raise Turned(problem_of(error), sender, _members(error)) from error


def problem_of(error: OffmonError) -> Problem:
    """Which answer an error of ours is."""
    if isinstance(error, NotGranted):
        return Problem.OUT_OF_PERIOD if error.reason in _OUT_OF_PERIOD else Problem.UNKNOWN_GRANT
    known = _BY_CODE.get(error.code)
    if known is not None:
        return known
    return Problem.MALFORMED if isinstance(error, Malformed | NotAuthentic) else Problem.UNAVAILABLE


class ResponseGuard:
    """Middleware around the views: no exception goes past it, and no answer is stored by anyone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        response = self._get_response(request)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG002  # Django's signature
        """The problem that the exception is."""
        if isinstance(error, Turned):
            _account_for(error)
            return _answer(error.problem, error.members)
        _log_fault(error)
        return _answer(Problem.UNAVAILABLE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """400 of Django's own: a request that it could not read, that is too large, or whose body did not come in time: to be sent again."""
    match exception:
        case RequestDataTooBig():
            return _stranger(Problem.TOO_LARGE)
        case Unfinished():
            return _stranger(Problem.UNAVAILABLE)
        case _:
            return _stranger(Problem.MALFORMED)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """404: no such address."""
    return _stranger(Problem.NOT_FOUND)


def unavailable(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """What went wrong outside the views."""
    return _answer(Problem.UNAVAILABLE)


def _stranger(problem: Problem) -> HttpResponse:
    _account_for(Turned(problem))
    return _answer(problem)


def _answer(problem: Problem, members: dict[str, Json] | None = None) -> HttpResponse:
    said = answer(problem, **(members or {}))
    response = HttpResponse(said.body, status=said.status, content_type=CONTENT_TYPE)
    if problem is Problem.UNAVAILABLE:
        response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _account_for(turned: Turned) -> None:
    """An entry or a count. The answer stands even where that fails, for instance because the database is down."""
    try:
        if turned.sender is None:
            do_count_stranger(Slug(turned.problem.code))
        else:
            device, actor = turned.sender
            do_refuse(device, Slug(turned.problem.code), actor=actor)
    except Exception as error:  # whatever it was, the device is still told why
        _log_fault(error)


def _members(error: OffmonError) -> dict[str, Json]:
    """What the device can act on (docs/specs/device-protocol.md)."""
    match error:
        case MissingFrom() | NotGranted():
            return {"n": error.n}
        case ForkedFrom():
            return {"epoch": error.epoch, "size": error.size}
        case _:
            return {}


def _log_fault(error: Exception) -> None:
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s, unexpected:\n%s", type(error).__name__, where)
