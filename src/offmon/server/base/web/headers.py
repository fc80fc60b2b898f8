"""What every answer says to the browser, beside what Django's own security middlewares say (see ``wiring``).

Nothing is stored unless a view says otherwise: the pages are about people, and the machines they are read on are shared.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), browsing-topics=()"


class ResponseHeaders:
    """Middleware: ``no-store`` unless the view set a Cache-Control of its own; camera, microphone and the like refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers to the answer."""
        response = self._get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response["Permissions-Policy"] = _PERMISSIONS_POLICY
        return response
