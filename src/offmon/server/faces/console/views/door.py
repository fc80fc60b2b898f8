"""Signing in and out, and where one begins."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.roles import Permission
from offmon.server.agencies import queries as agencies
from offmon.server.base.actor import Actor
from offmon.server.base.web.permissions import actor_of, public, safe_next
from offmon.server.faces.console import signin
from offmon.server.faces.console.forms.door import NoFields, SignInForm
from offmon.server.faces.console.pages import page


@public("it shows nothing and only leads on: to sign in, or to where a role begins")
def home(request: HttpRequest) -> HttpResponse:
    """Where a role begins."""
    actor = actor_of(request)
    if actor is None:
        return redirect("sign-in")
    if actor.may(Permission.QUEUE_READ):
        return redirect("queue")
    return redirect("cases") if actor.may(Permission.DEPLOYMENT_READ) else page(request, "nothing-yet.html")


@public("people sign in here")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password. A wrong name and a wrong password are answered alike."""
    form = SignInForm(request.POST or None)
    if form.is_valid():
        staff = signin.authenticate(form.cleaned_data["sign_in"], form.cleaned_data["password"])
        if staff is not None:
            signin.begin(request, staff)
            return redirect(safe_next(request, "/"))
        form.add_error(None, "The sign-in name or password is not right. Check both and try again.")
    return page(request, "sign-in.html", form=form, next=safe_next(request, ""))


@public("whoever is signed in may stop; for others it says that they are not")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the sitting."""
    if request.method == "POST":
        signin.end(request)
        messages.success(request, "You have signed out.")
        return redirect("sign-in")
    actor = actor_of(request)
    name = agencies.names_of({actor.id})[actor.id] if isinstance(actor, Actor) else ""
    return page(request, "sign-out.html", form=NoFields(), name=name)
