"""The page for a form that failed the cross-site check. The other error pages are ``400``, ``403``, ``404`` and
``500.html`` in ``jinja2/``: Django's own handlers find them by name, so a face has nothing to wire.

An error page says what to do next and carries the request's identifier. It never carries a detail: neither the address
nor the reason, which may be about a person.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from offmon.server.base.web.permissions import public


@public("Django shows this in place of a form's view, before anyone has been asked for anything")
def form_not_accepted(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django's signature
    """403: the page was open too long, or the form came from elsewhere."""
    return render(request, "403_form.html", status=403)
