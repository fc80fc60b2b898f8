"""The WSGI application of every face, and its answer to a request whose own headers cannot be read.

Rules
- Such a request gets the face's own 400, as a page or a problem, with every header, and is counted. Django reads a request's type before
  any middleware; unhandled, the server would answer a bare 500 that nobody records.
- A body that did not come, or not in time, gets 408. One larger than the face reads gets 413. So does a long one of whom the face does not
  know, where its settings name in OFFMON_KNOWS who says so.
- UTF-8 is the one charset. Django would apply another that a request names to every form and address, and some charsets decode no text.
"""

import codecs
import os
from collections.abc import Callable
from typing import Any, Final

import django
from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from offmon.serving.gate import NOT_KNOWN, REFUSED, TOO_LARGE

UNREADABLE: Final = "offmon.unreadable"  # no caller can say it: a header that was sent is `HTTP_…` there


def serving(face: str) -> "Application":
    """The application of that face, with its process's settings. Raises Refused where they are not whole."""
    os.environ["DJANGO_SETTINGS_MODULE"] = f"offmon.server.base.settings.{face}"
    django.setup(set_prefix=False)
    return Application()


class FaceRequest(WSGIRequest):
    """A request; without its type, and marked, where that cannot be read."""

    def __init__(self, environ: dict[str, Any]) -> None:
        bare = {**environ, "CONTENT_TYPE": "", UNREADABLE: True}  # made first: Django writes into what it is given
        try:
            super().__init__(environ)
        except BadRequest:
            super().__init__(bare)


class Application(WSGIHandler):
    """Django's own, with requests as above."""

    request_class = FaceRequest

    @property
    def most_bytes(self) -> int:
        """How long a body may be: what the face's settings say."""
        return int(settings.OFFMON_MOST_BYTES)

    def knows(self, environ: dict[str, Any]) -> bool:
        """Whether whoever sent this head may send a long body. Nobody is known while the database cannot be asked."""
        if settings.OFFMON_KNOWS is None:
            return True
        try:
            return bool(import_string(settings.OFFMON_KNOWS)(environ))
        except DatabaseError:
            return False
        finally:
            close_old_connections()  # as after each request


class Unfinished(BadRequest):
    """A request whose body did not come, or not in time."""


class Readable:
    """Middleware, before whatever reads more of a request than its address: it refuses what was marked.

    Raises BadRequest or RequestDataTooBig.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, if it can be read."""
        if REFUSED in request.META:
            if request.META[REFUSED] in {NOT_KNOWN, TOO_LARGE}:
                raise RequestDataTooBig("The request is larger than is read here.")
            raise Unfinished("The request's body did not come in time.")
        if UNREADABLE in request.META or (request.encoding and codecs.lookup(request.encoding).name != "utf-8"):
            raise BadRequest("What the request says of its content cannot be read.")
        return self._get_response(request)
