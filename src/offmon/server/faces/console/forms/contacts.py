"""Forms of a person's own protected contacts: a contact to add, and a reason to take one out or to say no."""

from typing import Any

from django.core.exceptions import ValidationError

from offmon.core.authority.protected_contacts import MAX_HOSTS, MAX_NAME, ContactKind, ProtectedContact
from offmon.core.ids import Id
from offmon.server.base.web.forms import Form
from offmon.server.detectors.entries import read_exclusions, site_form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import line, one_of, some_of, text

_NEW = Id("0" * 32)  # the action gives it its own


class ContactForm(Form):
    """A solicitor, doctor, faith or other contact: their sites, and the name that the person searches for."""

    kind = one_of("Who is it?", words.CONTACT.items(), "Select who it is")
    hosts = text(
        "Web addresses",
        f"One a line, at most {MAX_HOSTS}, like example.com. Pages below it are protected too.",
        "Enter a web address",
        rows=3,
        most=1000,
        required=False,
    )
    name = line(
        "Name to search for",
        "As the person types it in a search, at least two words",
        "Enter a name",
        most=MAX_NAME,
    )
    shared = some_of(
        "Is this contact on the agency’s exclusion list?",
        [("yes", "Yes, take it off that list too")],
        hint="Every supervised person’s device receives that list. We draft its next version. A colleague approves it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False

    def clean_hosts(self) -> tuple[str, ...]:
        """Each line as the device's own matcher would have it: one site, never a shared domain."""
        read = read_exclusions(self.cleaned_data["hosts"], site_form)
        if read.problems:
            raise ValidationError([str(one) for one in read.problems])
        if len(read.entries) > MAX_HOSTS:
            raise ValidationError(f"Enter at most {MAX_HOSTS} web addresses")
        return read.entries

    def clean(self) -> dict[str, Any]:
        """Something to protect."""
        given: dict[str, Any] = self.cleaned_data
        if "hosts" in given and not given["hosts"] and not given.get("name", "").strip() and "name" in given:
            self.add_error("hosts", "Enter a web address, or a name below")
        return given

    def contact(self) -> ProtectedContact:
        """What the action takes."""
        given = self.cleaned_data
        return ProtectedContact(_NEW, ContactKind(given["kind"]), given["name"].strip(), given["hosts"])


class RemoveContactForm(Form):
    """Why a contact is protected no longer."""

    reason = text(
        "Why is it taken out?", "The colleague who confirms it sees this first", "Enter why it is taken out", rows=3
    )
