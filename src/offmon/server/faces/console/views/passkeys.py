"""Passkeys: to sign in or step up by one, and to add, list and remove one's own. The app's code remains beside them."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.step_up import Act
from offmon.server.agencies.authentication import actions, passkeys, queries
from offmon.server.base.actor import Actor
from offmon.server.base.attempts import MustWait
from offmon.server.base.web.permissions import actor_of, public, safe_next
from offmon.server.faces.console import challenges, signin
from offmon.server.faces.console.challenges import ChallengePurpose
from offmon.server.faces.console.forms.authentication import AddPasskeyForm, PasskeyForm, RemovePasskeyForm
from offmon.server.faces.console.pages import done, must_wait, page, refusals_on, staff_of
from offmon.server.faces.console.stepping_up import shows_factor


@public("whoever gave the right password goes on here; anybody else is led back to give it")
def enter_passkey(request: HttpRequest) -> HttpResponse:
    """The second step of signing in, by a passkey; offered first to whoever has one."""
    known = signin.known(request)
    if known is None:
        return redirect("sign-in")
    if not queries.passkeys(actor=known.actor):
        return redirect("enter-code")
    form = PasskeyForm(request.POST or None)
    if form.is_valid():
        try:
            with refusals_on(form):
                signin.enter_by_passkey(request, known, form.cleaned_data["answer"])
                return redirect(known.onward)
        except MustWait as refusal:
            return must_wait(request, refusal)
    return page(request, "enter-passkey.html", form=form, options=_ask(request, ChallengePurpose.SIGN_IN, known.actor))


@public("whoever is signed in shows their own passkey again; anybody else is led to sign in")
def show_passkey_again(request: HttpRequest) -> HttpResponse:
    """Within a sitting, before content is opened or a bundle leaves: a passkey again, and then back to where one was."""
    actor = actor_of(request)
    if not isinstance(actor, Actor):
        return redirect("sign-in")
    own, onward = signin.at_home(actor), safe_next(request, "/")
    if not queries.passkeys(actor=own):
        return redirect("show-again")
    form = PasskeyForm(request.POST or None)
    if form.is_valid():
        try:
            with refusals_on(form):
                signin.show_passkey_again(request, form.cleaned_data["answer"], actor=actor)
                return redirect(onward)
        except MustWait as refusal:
            return must_wait(request, refusal)
    options, by_code = _ask(request, ChallengePurpose.SHOW_AGAIN, own), queries.code_is_enough(actor=actor)
    return page(request, "show-passkey-again.html", form=form, options=options, next=onward, code_is_enough=by_code)


@public("whoever is signed in sees their own passkeys; anybody else is led to sign in")
def own_passkeys(request: HttpRequest) -> HttpResponse:
    """One's own passkeys."""
    actor = actor_of(request)
    if not isinstance(actor, Actor):
        return redirect("sign-in")
    there = queries.passkeys(actor=signin.at_home(actor))
    return page(request, "passkeys.html", passkeys=there, section="own-factor")


@public("whoever is signed in adds a passkey of their own; anybody else is led to sign in")
@shows_factor(Act.KEYS)
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey: its name, then the browser asks for it."""
    own = signin.at_home(staff_of(request))
    form = AddPasskeyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            given = challenges.answered(request, ChallengePurpose.ADD, own.id, form.cleaned_data["answer"])
            actions.do_add_passkey(given, form.cleaned_data["name"], actor=own)
            return done(request, "The passkey is added. Use it when you next sign in.", "passkeys")
    name, display_name = queries.names_of_account(actor=own)
    there = [one.credential for one in queries.passkeys(actor=own)]
    options, state = passkeys.ask_for_new(own.id, name, display_name, there)
    challenges.keep(request, ChallengePurpose.ADD, own.id, state)
    return page(request, "add-passkey.html", form=form, options=json.dumps(options), section="own-factor")


@public("whoever is signed in removes a passkey of their own; anybody else is led to sign in")
@shows_factor(Act.KEYS)
def remove_passkey(request: HttpRequest) -> HttpResponse:
    """Take a passkey away, for good."""
    own = signin.at_home(staff_of(request))
    there = queries.passkeys(actor=own)
    form = RemovePasskeyForm(request.POST or None, passkeys=[(one.id, one.name) for one in there])
    if form.is_valid():
        with refusals_on(form):
            actions.do_remove_passkey(form.cleaned_data["passkey"], actor=own)
            return done(request, "The passkey is removed. It no longer works here.", "passkeys")
    return page(request, "remove-passkey.html", form=form, passkeys=there, section="own-factor")


def _ask(request: HttpRequest, purpose: ChallengePurpose, actor: Actor) -> str:
    """Ask for one of the actor's passkeys: what the page tells the browser."""
    options, state = passkeys.ask_for_known([one.credential for one in queries.passkeys(actor=actor)])
    challenges.keep(request, purpose, actor.id, state)
    return json.dumps(options)
