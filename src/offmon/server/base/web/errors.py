"""Which error gets which page.

A face with two languages names `handler400` to `handler500` in its URL patterns. Its middleware includes `Refusals`, for answers without a
page. Staff pages have `400.html` and so on, which Django finds by name.
"""

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from offmon.server.base.web.application import Unfinished
from offmon.server.base.web.permissions import public
from offmon.server.base.web.refused import refused


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What could not be read, was larger than this face takes (413), or did not come in time (408): Django calls them by one name."""
    match exception:
        case RequestDataTooBig():
            return refused(request, 413)
        case Unfinished():
            return refused(request, 408)
        case _:
            return refused(request, 400)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """What is not open to whoever asks."""
    return refused(request, 403)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """An address that we do not have."""
    return refused(request, 404)


def handler500(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    return refused(request, 500)


@public("Django shows this in place of a form's view, before anyone has been asked for anything")
def form_not_accepted(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django's signature
    """403: the page was open too long, or the form came from elsewhere."""
    return refused(request, 403, name="403-form")


class Refusals:
    """Middleware: an error that was answered without a word (`require_safe` and the like do so) gets its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the answer on, with a page where it is an error and has none."""
        answer = self._get_response(request)
        if isinstance(answer, HttpResponse) and answer.status_code >= 400 and not answer.content:
            page = refused(request, answer.status_code)
            answer.content, answer["Content-Type"] = page.content, page["Content-Type"]
        return answer
