"""Headers of every answer, beside those of Django's own security middlewares (see ``wiring``), and of a document.

Nothing is stored unless a view says otherwise. The pages are about people, and shared machines show them.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from offmon.server.base.web.wiring import SECURE_CSP

_PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), browsing-topics=()"

_DOCUMENT_CSP: Final = {"default-src": [CSP.NONE], "frame-ancestors": [CSP.SELF]}

shows_documents = csp_override({**SECURE_CSP, "object-src": [CSP.SELF], "frame-src": [CSP.SELF]})
"""Decorator of a page that shows a document of ours in the browser's own viewer, which Chromium counts as a frame besides.

Page images need nothing more than any page has.
"""


def document_answer(data: bytes, kind: str, name: str) -> HttpResponse:
    """A document by itself, as its sender made it: it may run nothing and fetch nothing, and only a page of ours may frame it.

    `kind` is what its first bytes say; `name` is ours, and says nothing of a person.
    """
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer._csp_config = _DOCUMENT_CSP  # type: ignore[attr-defined]  # where Django's own decorator puts it
    return answer


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
