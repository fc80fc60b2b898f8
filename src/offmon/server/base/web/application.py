"""The WSGI application of every face, and what becomes of a request that says of itself what nobody can read.

Rules
- It is answered as any bad request of the face is: 400, by its own page or problem, with every header that an answer has; and is counted
  where those are. Django reads a request's type before anything of ours, and what it cannot read there goes past every middleware: the
  server would answer a bare 500, of which nobody knows.
- UTF-8 is the one charset. Another that a request names would be asked of every form and address, and some of them are of no text.
"""

import codecs
import os
from collections.abc import Callable
from typing import Any, Final

import django
from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase

UNREADABLE: Final = "offmon.unreadable"  # no caller can say it: a header that was sent is `HTTP_…` there


def serving(face: str) -> "Application":
    """The application of that face, with its process's settings. Raises Refused where they are not whole."""
    os.environ["DJANGO_SETTINGS_MODULE"] = f"offmon.server.base.settings.{face}"
    django.setup(set_prefix=False)
    return Application()


class Request(WSGIRequest):
    """A request; without its type, and marked, where that cannot be read."""

    def __init__(self, environ: dict[str, Any]) -> None:
        bare = {**environ, "CONTENT_TYPE": "", UNREADABLE: True}  # made first: Django writes into what it is given
        try:
            super().__init__(environ)
        except BadRequest:
            super().__init__(bare)


class Application(WSGIHandler):
    """Django's own, with requests as above."""

    request_class = Request


class Readable:
    """Middleware, before whatever reads more of a request than its address: it refuses what was marked. Raises BadRequest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, if it can be read."""
        if UNREADABLE in request.META or (request.encoding and codecs.lookup(request.encoding).name != "utf-8"):
            raise BadRequest("What the request says of its content cannot be read.")
        return self._get_response(request)
