"""One identifier per request, shown on error pages and written in every log line, so that a person can quote it to us.

We always draw it ourselves. A caller's identifier could carry personal data, or be somebody else's.
"""

import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_current: ContextVar[str] = ContextVar("offmon_request_id", default="")


def current_request_id() -> str:
    """The identifier of the request in hand (32 hex digits), or an empty string outside one.

    Django renders its 400 and 500 pages without a request, so the pages read it from here.
    """
    return _current.get()


class RequestId:
    """Middleware, outermost: ``request.id`` and the header X-Request-Id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the request its identifier, and say it in the answer."""
        identifier = uuid.uuid4().hex
        token = _current.set(identifier)
        try:
            request.id = identifier  # type: ignore[attr-defined]  # Django's own way to hand something on to a view
            response = self._get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-Id"] = identifier
        return response


class RequestIdFilter(logging.Filter):
    """Puts ``request_id`` on every log record; ``-`` outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the field; never drop a record."""
        record.request_id = current_request_id() or "-"
        return True
