"""The addresses and views of the sample face."""

import functools
from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from offmon.server.base.web.forms import Checkboxes, DateField, Form, Radios
from offmon.server.base.web.permissions import public, requires, safe_next
from offmon.server.base.web.static import static_route
from tests.unit.server.base.web.sample.signin import Permission

EFFECTS: list[str] = []
"""What the unmarked view did, if the backstop ever let it run."""


class EveryField(Form):
    """One field of each kind."""

    reference = forms.CharField(
        label="Order reference",
        help_text="It is on the first page of the order, for example 86XX0000123",
        max_length=12,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "spellcheck": False}),
    )
    email = forms.EmailField(
        label="Email address", required=False, widget=forms.EmailInput(attrs={"spellcheck": "false"})
    )
    ends = DateField(label="When does the order end?", help_text="For example, 27 3 2027", called="The end date")
    basis = forms.ChoiceField(
        label="Kind of order",
        choices=[("shpo", "Sexual harm prevention order"), ("licence", "Licence")],
        widget=Radios(option_hints={"licence": "With a condition about devices"}),
    )
    devices = forms.MultipleChoiceField(
        label="Devices it covers",
        choices=[("phone", "Phone"), ("computer", "Computer")],
        widget=Checkboxes(option_hints={"phone": "Not yet supported"}),
    )
    court = forms.ChoiceField(label="Court", choices=[("", "Choose a court"), ("a", "Court A"), ("b", "Court B")])
    months = forms.IntegerField(label="Length in months", min_value=1, widget=forms.NumberInput())
    note = forms.CharField(
        label="Note", widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}), max_length=200, required=False
    )
    order = forms.FileField(label="Order as a file", required=False)
    password = forms.CharField(label="Your password", widget=forms.PasswordInput())
    served = forms.BooleanField(label="The order has been served", error_messages={"required": "Confirm service"})
    step = forms.CharField(widget=forms.HiddenInput(), initial="1", required=False)


@public("the first page says nothing about anyone")
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "sample/page.html", {"shown": request.GET.get("shown", "")})


@public("people sign in here")
def sign_in(request: HttpRequest) -> HttpResponse:
    return redirect(safe_next(request, "/"))


@requires(Permission.READ)
def record(request: HttpRequest, number: int) -> HttpResponse:
    response = render(request, "sample/page.html", {"shown": f"Record {number}"})
    response["Cache-Control"] = "public, max-age=600"  # a mistake that `requires` puts right
    return response


@public("the form of the tests")
def form(request: HttpRequest) -> HttpResponse:
    bound = EveryField(request.POST, request.FILES) if request.method == "POST" else EveryField()
    if bound.is_bound and bound.is_valid():
        return redirect("home")
    return render(request, "sample/form.html", {"form": bound})


@public("the smallest form there is")
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken", content_type="text/plain")


@require_POST
@public("marked, but something answers before it")
def send_other_way_round(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken", content_type="text/plain")


def unmarked(request: HttpRequest) -> HttpResponse:
    EFFECTS.append("ran")
    return HttpResponse("Not for everybody")


def answers_before_asking(view: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponse]:
    """As a page cache outside ``requires`` would: it keeps the mark and drops the question."""

    @functools.wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        return HttpResponse("Not for everybody")

    return answered


@answers_before_asking
@requires(Permission.READ)
def cached(request: HttpRequest) -> HttpResponse:
    return HttpResponse("never reached")


@public("says how long it may be kept")
@cache_control(max_age=60)
def keeps(request: HttpRequest) -> HttpResponse:
    return HttpResponse("kept", content_type="text/plain")


@public("breaks")
def breaks(request: HttpRequest) -> HttpResponse:
    message = "a detail that nobody outside may see"
    raise RuntimeError(message)


@requires(Permission.READ)
def missing(request: HttpRequest) -> HttpResponse:
    message = "a detail that nobody outside may see"
    raise Http404(message)


urlpatterns = [
    static_route(),
    path("", home, name="home"),
    path("sign-in/", sign_in, name="sign-in"),
    path("form/", form, name="form"),
    path("send/", send, name="send"),
    path("send-other/", send_other_way_round),
    path("keeps/", keeps),
    path("breaks/", breaks),
    path(
        "records/",
        include([path("<int:number>/", record, name="record"), path("missing/", missing), path("cached/", cached)]),
    ),
    path("unmarked/", unmarked),
]
