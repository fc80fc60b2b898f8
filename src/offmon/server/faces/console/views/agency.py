"""What the agency's administrator maintains: its hours, its on-call contacts, and how people reach it."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.actions import do_change_on_call, do_check_contact
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.agency import ContactForm, OnCallForm
from offmon.server.faces.console.pages import done, page, refusals_on, staff_of


@requires(Permission.STAFF_MANAGE)
def change_on_call(request: HttpRequest) -> HttpResponse:
    """Change the hours, and who is called."""
    agency = agencies.agency(staff_of(request).agency)
    form = OnCallForm(request.POST or None, initial=OnCallForm.initially(agency))
    if form.is_valid():
        with refusals_on(form):
            said = form.cleaned_data
            do_change_on_call(said["office_hours"], form.contacts(), said["duty_inspector"], actor=staff_of(request))
            return done(request, "The hours and on-call contacts are changed.", "on-call")
    return page(request, "change-on-call.html", form=form, section="on-call")


@requires(Permission.STAFF_MANAGE)
def check_contact(request: HttpRequest) -> HttpResponse:
    """Say that how people reach the agency was tried, and is right: the public site shows the day."""
    agency = agencies.agency(staff_of(request).agency)
    form = ContactForm(request.POST or None, initial={"contact": agency.contact})
    if form.is_valid():
        with refusals_on(form):
            do_check_contact(form.cleaned_data["contact"], actor=staff_of(request))
            return done(request, "The public site now shows that you checked the contact today.", "on-call")
    return page(request, "check-contact.html", form=form, agency=agency, section="on-call")
