"""A person's own protected contacts: one officer of the case adds or takes out, another confirms or refuses."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.base.web.permissions import requires
from offmon.server.deployments import actions
from offmon.server.deployments.queries.contacts import ContactsView, contacts_of
from offmon.server.detectors.queries import lists_in_the_way
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.contacts import ContactForm, RemoveContactForm
from offmon.server.faces.console.forms.refusal import RefuseForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, select, staff_of

_WAITS = "A colleague must confirm this before it takes effect."


@requires(Permission.CONTACTS_READ)
def contacts(request: HttpRequest, case_id: Id) -> HttpResponse:
    """The contacts in force, and what waits for a second officer."""
    return page(request, "contacts.html", file=file_of(request, case_id), view=_view(request, case_id), section="cases")


@requires(Permission.CONTACTS_PROPOSE)
def add_contact(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Add one; in the same act take it off the agency's list, where someone put it there."""
    file = file_of(request, case_id)
    form = ContactForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            shared = bool(form.cleaned_data["shared"])
            actions.do_add_contact(case_id, form.contact(), off_the_shared_list=shared, actor=staff_of(request))
            also = " Then the next exclusion list is drafted without it." if shared else ""
            return done(request, f"The contact is added. {_WAITS}{also}", "contacts", case_id)
    return page(request, "add-contact.html", file=file, form=form, section="cases")


@requires(Permission.CONTACTS_PROPOSE)
def remove_contact(request: HttpRequest, case_id: Id, contact_id: Id) -> HttpResponse:
    """Take one out, for a reason."""
    file, view = file_of(request, case_id), _view(request, case_id)
    one = select(view.newest, contact_id)
    form = RemoveContactForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_remove_contact(case_id, one.id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, f"The contact is to be taken out. {_WAITS}", "contacts", case_id)
    return page(request, "remove-contact.html", file=file, contact=one, form=form, section="cases")


@requires(Permission.CONTACTS_AGREE)
def confirm_contacts(request: HttpRequest, case_id: Id, contacts_id: Id) -> HttpResponse:
    """Another officer confirms a change, after seeing what it is."""
    file, view = file_of(request, case_id), _view(request, case_id)
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_agree_contacts(contacts_id, actor=staff_of(request))
            said = "The change is confirmed. The devices receive it with their next profile."
            return done(request, said, "contacts", case_id)
    added = () if view.proposal is None else view.proposal.change.added
    shown = {"view": view, "version": contacts_id, "in_the_way": lists_in_the_way(added, actor=staff_of(request))}
    return page(request, "confirm-contacts.html", file=file, form=form, section="cases", **shown)


@requires(Permission.CONTACTS_AGREE)
def refuse_contacts(request: HttpRequest, case_id: Id, contacts_id: Id) -> HttpResponse:
    """Another officer says no, or whoever proposed it withdraws it."""
    file, view = file_of(request, case_id), _view(request, case_id)
    form = RefuseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_refuse_contacts(contacts_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "The change is refused. Nothing changed on the devices.", "contacts", case_id)
    return page(request, "refuse-contacts.html", file=file, view=view, version=contacts_id, form=form, section="cases")


def _view(request: HttpRequest, case_id: Id) -> ContactsView:
    return or_404(contacts_of(case_id, actor=staff_of(request)))
