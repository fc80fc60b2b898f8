"""How staff are reached: each their own channels; for the administrator, the control room and what was not delivered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.base.actor import Actor
from offmon.server.base.web.permissions import actor_of, public, requires
from offmon.server.faces.console import reach_words, signin
from offmon.server.faces.console.forms.reaching import ChannelForm, ControlRoomForm, WhichChannelForm
from offmon.server.faces.console.pages import done, page, refusals_on, staff_of
from offmon.server.reaching.actions import do_add_channel, do_add_control_room, do_remove_channel, do_test_channel
from offmon.server.reaching.queries import ChannelView, control_rooms, own_channels, reach_news


@dataclass(frozen=True, slots=True)
class _Change:
    """What is done with one of the channels that are there: by which action, on which page, and what is said of it."""

    do: Callable[..., object]
    template: str
    said: str


_TEST: Final = _Change(
    do_test_channel, "test-channel.html", "The test message is on its way. This page says how it went."
)
_REMOVE: Final = _Change(do_remove_channel, "remove-channel.html", "Removed. Nothing is sent there any more.")
_SECTIONS: Final = {"reached": "own-factor", "reaching": "on-call"}


@public("whoever is signed in sees how they are reached; anybody else is led to sign in")
def reached(request: HttpRequest) -> HttpResponse:
    """One's own channels, and how the last message to each went."""
    actor = actor_of(request)
    if not isinstance(actor, Actor):
        return redirect("sign-in")
    there = own_channels(actor=signin.at_home(actor))
    return page(request, "reached.html", channels=there, reach_words=reach_words, section="own-factor")


@public("whoever is signed in adds a channel of their own; anybody else is led to sign in")
def add_channel(request: HttpRequest) -> HttpResponse:
    """Add a way to be reached."""
    form = ChannelForm(request.POST or None)
    if not isinstance(actor_of(request), Actor):
        return redirect("sign-in")
    if form.is_valid():
        with refusals_on(form):
            own = signin.at_home(staff_of(request))
            do_add_channel(form.channel(), form.cleaned_data["address"], actor=own)
            return done(request, "It is added. Send a test message to see that it works.", "reached")
    return page(request, "add-channel.html", form=form, section="own-factor")


@public("whoever is signed in tries a channel of their own; anybody else is led to sign in")
def test_channel(request: HttpRequest) -> HttpResponse:
    """Send a test message to oneself."""
    return _own(request, _TEST)


@public("whoever is signed in removes a channel of their own; anybody else is led to sign in")
def remove_channel(request: HttpRequest) -> HttpResponse:
    """Be reached no longer by a channel."""
    return _own(request, _REMOVE)


@requires(Permission.STAFF_MANAGE)
def reaching(request: HttpRequest) -> HttpResponse:
    """The control room, what was not delivered, and which channels do not show themselves working."""
    actor = staff_of(request)
    news = reach_news(actor=actor)
    whose = [one.staff for one in news.dead] + [one.staff for one in news.unproven]
    names = agencies.names_of({one for one in whose if one is not None})
    shown = {"rooms": control_rooms(actor=actor), "news": news, "names": names, "reach_words": reach_words}
    return page(request, "reaching.html", section="on-call", **shown)


@requires(Permission.STAFF_MANAGE)
def add_control_room(request: HttpRequest) -> HttpResponse:
    """Add the control room's webhook; its secret is shown this once."""
    form = ControlRoomForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            secret = do_add_control_room(form.cleaned_data["address"], actor=staff_of(request))
            return page(request, "control-room-secret.html", secret=secret, section="on-call")
    return page(request, "add-control-room.html", form=form, section="on-call")


@requires(Permission.STAFF_MANAGE)
def test_control_room(request: HttpRequest) -> HttpResponse:
    """Send a test message to the control room."""
    return _room(request, _TEST)


@requires(Permission.STAFF_MANAGE)
def remove_control_room(request: HttpRequest) -> HttpResponse:
    """Tell the control room nothing any more."""
    return _room(request, _REMOVE)


def _own(request: HttpRequest, change: _Change) -> HttpResponse:
    if not isinstance(actor_of(request), Actor):
        return redirect("sign-in")
    own = signin.at_home(staff_of(request))
    return _changed(request, change, own_channels(actor=own), own, "reached")


def _room(request: HttpRequest, change: _Change) -> HttpResponse:
    actor = staff_of(request)
    return _changed(request, change, control_rooms(actor=actor), actor, "reaching")


def _changed(request: HttpRequest, change: _Change, channels: list[ChannelView], actor: Actor, to: str) -> HttpResponse:
    form = WhichChannelForm(request.POST or None, channels=channels)
    if form.is_valid():
        with refusals_on(form):
            change.do(Id(form.cleaned_data["channel"]), actor=actor)
            return done(request, change.said, to)
    return page(request, change.template, form=form, to=to, section=_SECTIONS[to])
