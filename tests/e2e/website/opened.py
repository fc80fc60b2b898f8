"""A console with a fault, as another release might have: one of its pages opens to anybody. `application` for granian."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, get_resolver

from offmon.server.base.web.permissions import public
from offmon.server.faces.console.wsgi import application

__all__ = ["application"]


@public("a test wants to see that somebody notices")
def anybody(_request: HttpRequest) -> HttpResponse:
    """The page that was the queue's."""
    return HttpResponse("come in")


for pattern in get_resolver().url_patterns:
    if isinstance(pattern, URLPattern) and pattern.name == "queue":
        pattern.callback = anybody
