"""The cookies of the site: one list that sets each, and that the cookies page shows (R-WEB-1; PECR reg. 6).

Rules
- A cookie outside the list is not set. `Listed` removes it from the answer, whoever added it (a view, Django, a library), and logs that.
- A listed cookie lasts as long as the list says, goes to this host alone, and no script can read it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from offmon.core.ids import Count
from offmon.core.public import analytics_consent

_log = logging.getLogger("offmon.website")


@dataclass(frozen=True, slots=True)
class Cookie:
    """`days`: for how long a browser keeps it; `purpose`: what it is for, by its key in the catalogue."""

    name: str
    days: Count
    purpose: str


CHOICE: Final = Cookie("offmon_choice", Count(analytics_consent.LASTS_DAYS), "site.cookies.purpose-choice")
COOKIES: Final = (CHOICE,)


def put(answer: HttpResponseBase, cookie: Cookie, value: str) -> None:
    """Set a cookie of the list."""
    answer.set_cookie(cookie.name, value, max_age=cookie.days * 86_400, secure=True, httponly=True, samesite="Strict")


class Listed:
    """Middleware: an answer sets cookies of the list, as the list has them, and no other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the answer on, with what it may set."""
        answer = self._get_response(request)
        found = {name: morsel.value for name, morsel in answer.cookies.items()}
        answer.cookies.clear()
        for cookie in COOKIES:
            if cookie.name in found:
                put(answer, cookie, found.pop(cookie.name))
        if "Set-Cookie" in answer.headers:
            found["(by its header)"] = answer.headers.pop("Set-Cookie")
        if found:
            _log.error("not set, since the list of cookies does not have them: %s", ", ".join(sorted(found)))
        return answer
