"""Signing in by password and code (by passkey: `passkeys.py`), signing out, and the start page."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.roles import Permission
from offmon.core.errors import NotAuthentic, Refused
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.authentication import codes, queries
from offmon.server.agencies.authentication.actions import open_secret
from offmon.server.base.actor import Actor
from offmon.server.base.attempts import MustWait
from offmon.server.base.web.permissions import actor_of, public, requires, safe_next
from offmon.server.faces.console import signin
from offmon.server.faces.console.forms.authentication import (
    CodeForm,
    NoFields,
    PasswordForm,
    RecoveryForm,
    ReplaceForm,
    ShowAgainForm,
    SignInForm,
)
from offmon.server.faces.console.pages import done, must_wait, page, refusals_on, staff_of
from offmon.server.faces.console.qr import picture
from offmon.server.faces.console.waiting import here
from offmon.server.start_page.queries import start_page
from offmon.server.triage.emergencies.queries import own_openings
from offmon.server.triage.queries.passing import passed_to

ISSUER: Final = "Offmon"


@public("it shows nothing and only leads on: to sign in, or to where a role begins")
def home(request: HttpRequest) -> HttpResponse:
    """Where everybody begins: what waits for them."""
    actor = actor_of(request)
    if not isinstance(actor, Actor):
        return redirect("sign-in")
    if actor.may(Permission.DEPLOYMENT_READ):
        start = start_page(actor=actor)
        return page(request, "start.html", start=start, waits=start.waits, section="start")
    if actor.may(Permission.AUDIT_READ):
        return redirect("log")
    if actor.may(Permission.STAFF_MANAGE):
        return redirect("staff")
    if actor.may(Permission.EMERGENCY_OPEN):
        shown = {"passed": passed_to(actor=actor), "openings": own_openings(actor=actor)}
        return page(request, "duty.html", section="start", **shown)
    return page(request, "nothing-yet.html")


@requires(Permission.DEPLOYMENT_READ)
def waiting(request: HttpRequest) -> HttpResponse:
    """How much waits for whoever is signed in: a number, for the script of an open page. It is no sign that somebody sits there."""
    return HttpResponse(str(here(staff_of(request)).total), content_type="text/plain; charset=utf-8")


@public("people sign in here")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password. A wrong name and a wrong password are answered alike."""
    form = SignInForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if signin.knock(request, given["sign_in"], given["password"], safe_next(request, "/")):
                known = signin.known(request)
                has_one = known is not None and queries.passkeys(actor=known.actor)
                return redirect("enter-passkey" if has_one else "enter-code")
            form.add_error(None, "The sign-in name or password is not right. Check both and try again.")
        except MustWait as refusal:
            return must_wait(request, refusal)
        except (NotAuthentic, Refused) as refusal:
            form.add_error(None, refusal.message)
    return page(request, "sign-in.html", form=form, next=safe_next(request, ""))


@public("whoever gave the right password goes on here; anybody else is led back to give it")
def enter_code(request: HttpRequest) -> HttpResponse:
    """The code of one's authenticator app."""
    return _enter(request, CodeForm(request.POST or None), "enter-code.html")


@public("whoever gave the right password goes on here; anybody else is led back to give it")
def enter_recovery_code(request: HttpRequest) -> HttpResponse:
    """In place of the app's code, when one does not have it: a recovery code, which is used up."""
    return _enter(request, RecoveryForm(request.POST or None), "enter-recovery-code.html")


@public("whoever gave the right password and has no app yet sets one up here; anybody else is led back")
def set_up_factor(request: HttpRequest) -> HttpResponse:
    """One's first authenticator app: its key, a code of it, and then the recovery codes, once."""
    known = signin.known(request)
    if known is None or queries.has_factor(actor=known.actor):
        return redirect("sign-in" if known is None else "enter-code")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            shown = signin.set_up(request, known, form.cleaned_data["code"])
            return page(request, "recovery-codes.html", codes=_grouped(shown), onward=known.onward)
    return page(request, "set-up-factor.html", form=form, **_offer(request, known.actor))


@public("whoever is signed in has an app of their own to replace; anybody else is led to sign in")
def replace_factor(request: HttpRequest) -> HttpResponse:
    """Another app in place of one's present one, with a code of each."""
    actor = actor_of(request)
    if not isinstance(actor, Actor):
        return redirect("sign-in")
    own = signin.at_home(actor)
    form = ReplaceForm(request.POST or None)
    if form.is_valid():
        try:
            with refusals_on(form):
                given = form.cleaned_data
                shown = signin.replace_factor(request, given["code"], given["current"], actor=own)
                return page(request, "recovery-codes.html", codes=_grouped(shown), onward="/")
        except MustWait as refusal:
            return must_wait(request, refusal)
    left = queries.recovery_codes_left(actor=own)
    return page(request, "replace-factor.html", form=form, left=left, section="own-factor", **_offer(request, own))


@public("whoever is signed in changes their own password; anybody else is led to sign in")
def own_password(request: HttpRequest) -> HttpResponse:
    """One's own password, by the present one. Whoever was given theirs sees no other page before."""
    actor = actor_of(request)
    if not isinstance(actor, Actor):
        return redirect("sign-in")
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        try:
            with refusals_on(form):
                signin.change_password(request, **form.given(), actor=actor)
                return done(request, "Your password is changed. You are signed out everywhere else.", "home")
        except MustWait as refusal:
            return must_wait(request, refusal)
    given = signin.must_choose(request)
    if given:
        form.fields["current"].label = "One-time password"
    return page(request, "own-password.html", form=form, given=given, section="own-factor")


@public("whoever is signed in shows their own second factor again; anybody else is led to sign in")
def show_again(request: HttpRequest) -> HttpResponse:
    """Within a sitting, before content is opened or a bundle leaves: a code again, and then back to where one was."""
    actor = actor_of(request)
    if not isinstance(actor, Actor):
        return redirect("sign-in")
    form, onward = ShowAgainForm(request.POST or None), safe_next(request, "/")
    if form.is_valid():
        try:
            signin.show_again(request, form.cleaned_data["code"], actor=actor)
        except MustWait as refusal:
            return must_wait(request, refusal)
        except (NotAuthentic, Refused) as refusal:
            form.add_error("code", refusal.message)
        else:
            return redirect(onward)
    return page(request, "show-again.html", form=form, next=onward)


@public("whoever is signed in may stop; for others it says that they are not")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the sitting."""
    if request.method == "POST":
        signin.end(request)
        return done(request, "You have signed out.", "sign-in")
    actor = actor_of(request)
    name = agencies.names_of({actor.id})[actor.id] if isinstance(actor, Actor) else ""
    return page(request, "sign-out.html", form=NoFields(), name=name)


def _enter(request: HttpRequest, form: CodeForm | RecoveryForm, template: str) -> HttpResponse:
    known = signin.known(request)
    if known is None:
        return redirect("sign-in")
    if not queries.has_factor(actor=known.actor):
        return redirect("set-up-factor")
    if form.is_valid():
        try:
            signin.enter(request, known, form.cleaned_data["code"])
        except MustWait as refusal:
            return must_wait(request, refusal)
        except (NotAuthentic, Refused) as refusal:
            form.add_error("code", refusal.message)
        else:
            return redirect(known.onward)
    return page(request, template, form=form)


def _offer(request: HttpRequest, actor: Actor) -> dict[str, object]:
    """The app that is offered: its picture, its key to type, and what the app will call the account."""
    secret = open_secret(signin.offered(request, actor), actor.id)
    name = queries.sign_in_name(actor=actor)
    return {"picture": picture(codes.address(secret, ISSUER, name)), "key": codes.grouped(secret), "account": name}


def _grouped(shown: tuple[str, ...]) -> list[str]:
    return [codes.grouped(one) for one in shown]
