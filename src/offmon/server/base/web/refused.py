"""The page of an error: what to do next and the reference to quote, in the language of the address.

Rules
- It shows no address, no input and no reason, since each may be about a person.
- It reads nothing, so it works when the database is down.
- On the portal it tells a bystander nothing: its frame is the signed-out one, also for a person who is signed in.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader

from offmon.server.base.web.languages import language_of, spoken


def refused(request: HttpRequest, status: int, *, name: str = "", code: str = "") -> HttpResponse:
    """That page. `name`: which of the pages of that status, if there are several; `code`: the stable code of a refusal of ours."""
    name = name or str(status)
    layout: str | None = getattr(settings, "OFFMON_LAYOUT", None)
    if layout is None:
        page = loader.render_to_string(f"{name.replace('-', '_')}.html", {"code": code}, request)
        return HttpResponse(page, status=status)
    language = language_of(request.path_info)
    context = {
        "layout": layout,
        **spoken(request, language),
        "other_path": f"/{language.other.value}/",  # never the address itself: nothing that was sent comes back
        "name": name,
        "code": code,
    }
    return HttpResponse(loader.render_to_string("refused.html", context, request), status=status)
