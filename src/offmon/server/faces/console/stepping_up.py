"""Whether the session has a recent enough step-up to open content or release a bundle (R-SEC-10; `access.step_up`).

The view checks early, so that nobody fills in a form for nothing. Action and vault check the rows again.
"""

import functools
from collections.abc import Callable
from typing import Concatenate
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url

from offmon.core.access.step_up import Act
from offmon.server.agencies.authentication.queries import code_is_enough, is_asked_again, passkeys
from offmon.server.base.actor import Actor
from offmon.server.base.web.permissions import actor_of
from offmon.server.faces.console.signin import at_home

type _View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def shows_factor[**P](act: Act) -> Callable[[_View[P]], _View[P]]:
    """Lead to the page that asks for the factor again where it was not shown lately enough for the act, and back from there.

    A passkey is asked for first where there is one, and alone where a code is not enough; whoever has none then is led to add one.
    Nobody signed in: to the sign-in page, if the view has not led there already.
    """

    def decorate(view: _View[P]) -> _View[P]:
        @functools.wraps(view)
        def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = actor_of(request)
            if not isinstance(actor, Actor):
                return redirect("sign-in")
            asked_as = at_home(actor) if act is Act.KEYS else actor  # one's own passkeys lie with one's own agency
            if is_asked_again(act, opening=request.method == "GET", actor=asked_as):
                has_one = bool(passkeys(actor=at_home(actor)))
                if act is not Act.KEYS and not has_one and not code_is_enough(actor=actor):
                    messages.warning(request, "That page needs a passkey. A code is not enough. Add a passkey first.")
                    return redirect("passkeys")
                page = "show-passkey-again" if has_one else "show-again"
                return redirect(f"{resolve_url(page)}?{urlencode({'next': request.get_full_path()})}")
            return view(request, *args, **kwargs)

        return asked

    return decorate
