"""Forms to draft a version of a list or of the exclusion list. An unreadable entry is reported by its line, and no input is lost."""

from collections.abc import Iterable
from typing import Any, Final, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from offmon.core import clock
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import Exclusions
from offmon.core.ids import CHECKS, Slug, Versioned
from offmon.server.base.web.forms import DateField, Form
from offmon.server.detectors.actions import ListDraft
from offmon.server.detectors.entries import (
    MAX_TEXT,
    LineProblem,
    Read,
    host_form,
    intent_form,
    read_entries,
    read_exclusions,
    text_of,
    written,
)
from offmon.server.detectors.queries import ListView
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import line, offences, one_of, some_of, text

SHOWN: Final = 25  # lines at fault that a page names; the others follow when these are put right


class LinesField(forms.Field):
    """Many lines, as they were typed: what is wrong with one is for whoever reads it to say, by its number."""

    def __init__(self, label: str, hint: str, *, rows: int = 10) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false", "class": "frame-code"})
        super().__init__(label=label, help_text=hint, widget=widget)

    def to_python(self, value: object) -> str:
        """The text, never None."""
        return str(value or "")

    def validate(self, value: object) -> None:
        """Nothing by itself: a file may be given in its place."""


class LinesForm(Form):
    """A form with lines in it: problems are shown by line at its head, and once at the box.

    `left_out`: a sentence on the heading that was left out, for whoever typed it; empty where there was none.
    """

    left_out = ""

    def take[T](self, read: Read[T], box: str, faults: Iterable[LineProblem] = ()) -> tuple[T, ...]:
        """The entries that were read, having shown what is wrong with them and noted what was left out."""
        self.show(tuple(faults) or read.problems, box)
        if read.heading:
            self.left_out = f" The heading “{read.heading}” was left out."
        return read.entries

    def show(self, problems: Iterable[LineProblem], box: str) -> None:
        """Name each line at fault, up to a number, and lead to the box."""
        found = list(problems)
        for problem in found[:SHOWN]:
            self.add_error(None, str(problem))
        if found:
            more = f" {len(found) - SHOWN:,} more lines have errors" if len(found) > SHOWN else ""
            self.add_error(box, f"Correct the lines listed at the top of this page.{more}")

    def keep(self, box: str, typed: str) -> None:
        """Show in the box what was read from a file: a file that was chosen cannot be chosen again for somebody."""
        data = cast("QueryDict", self.data).copy()
        data[box] = typed
        self.data = data


class VersionForm(LinesForm):
    """The next version of a list: all that may change of it."""

    why = text(
        "Purpose, or changes and reasons",
        "The approver reads this first. Never name a person.",
        "Enter the purpose of the list, or the changes and reasons",
        rows=3,
    )
    bases = some_of(
        "For which orders and licences may it be used?",
        [(basis.value, title) for basis, title in words.BASIS.items()],
        "Select the orders and licences",
    )
    offence_types = offences("For which types of offence?", "Select the types of offence")
    sensitive = one_of(
        "Could a match reveal sensitive data?",
        [("no", "No"), ("yes", "Yes")],
        "Select whether a match could reveal sensitive data",
        hint="Such as health, sex life, religion, politics or ethnic origin. Such a list needs strict necessity and a policy document.",
    )
    since = DateField(label="From when is it valid?", called="The first day")
    until = DateField(
        label="Until when is it valid?",
        help_text="Leave empty if it has no last day",
        called="The last day",
        required=False,
    )
    entries = LinesField(
        "Entries",
        f"One a line: a short name, the {words.ENTRY}, and its gravity. For example: forum-1, forum.example/chat, high. "
        f"Each record carries the name unencrypted. Choose a name that does not reveal the {words.ENTRY}.",
    )
    file = forms.FileField(
        label="Or a CSV file of entries",
        help_text="In UTF-8, up to 1 MB, with the same three columns. We leave out a heading. It replaces the entries typed above.",
        required=False,
        error_messages={"empty": "The file is empty. Choose another, or none"},
    )

    def __init__(self, *args: Any, name: Versioned | None, capability: Capability | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name, self.capability = name, capability

    @classmethod
    def after(cls, view: ListView, *args: Any) -> "VersionForm":
        """The form for the version that follows, as the one before has it."""
        declared = view.line.declared
        if declared is None:  # a list declares; an exclusion list has a form of its own
            raise TypeError(view.line.name)
        initial = {
            "bases": [basis.value for basis in declared.bases],
            "offence_types": declared.offence_types,
            "sensitive": "yes" if declared.sensitive else "no",
            "since": clock.local_day(declared.valid.since),
            "until": None if declared.valid.until is None else words.before(declared.valid.until),
            "entries": written(view.entries),
        }
        return cls(*args, name=view.following, capability=declared.capability, initial=initial)

    def clean_file(self) -> "UploadedFile[bytes] | None":
        """Size first."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > MAX_TEXT:
            raise forms.ValidationError("The file must be 1 MB or smaller")
        return file

    def clean(self) -> dict[str, Any]:
        """The entries, from the file if there is one."""
        given: dict[str, Any] = self.cleaned_data
        typed: str = given.get("entries", "")
        faults: tuple[LineProblem, ...] = ()
        if file := given.get("file"):
            typed, faults = text_of(file.read())
            self.keep("entries", typed)
        if self.capability is not None and "file" in given:
            given["entries"] = self.take(read_entries(typed, self.capability), "entries", faults)
        return given

    def draft(self) -> ListDraft:
        """What the action takes. Raises Malformed for dates the wrong way round."""
        given = self.cleaned_data
        if self.name is None or self.capability is None:
            raise forms.ValidationError("Give the list a name, and select what it detects")
        return ListDraft(
            name=self.name,
            capability=self.capability,
            bases=tuple(Basis(one) for one in given["bases"]),
            offence_types=tuple(Slug(one) for one in given["offence_types"]),
            entries=given["entries"],
            sensitive=given["sensitive"] == "yes",
            valid=clock.days(given["since"], given["until"]),
            why=given["why"],
        )


class ListForm(VersionForm):
    """A new list."""

    called = line(
        "Name of the list",
        "Small letters, digits and dashes, for example: grooming-forums. Each possible breach shows it.",
        "Enter a name of the list",
        most=64,
        width="govuk-input--width-20",
    )
    kind = one_of(
        "What does it detect?",
        words.LISTED.items(),
        "Select what it detects",
        hints={one.value: words.CAPABILITY_HINT[one] for one in words.LISTED},
    )
    field_order = ("called", "kind", "why", "bases", "offence_types", "sensitive", "since", "until", "entries", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, name=None, capability=None, **kwargs)

    def clean_called(self) -> str:
        """A code of ours: it stands in signed documents."""
        called: str = self.cleaned_data["called"]
        if not CHECKS[Slug](called):
            raise forms.ValidationError(
                "The name must have small letters, digits and dashes only, and begin with a letter"
            )
        return called

    def clean(self) -> dict[str, Any]:
        """What the entries are read as depends on what the list looks for."""
        given: dict[str, Any] = self.cleaned_data
        if "called" in given:
            self.name = Versioned(f"{given['called']}@1")
        if "kind" in given:
            self.capability = Capability(given["kind"])
        return super().clean()


class ExclusionsForm(LinesForm):
    """The next version of the exclusion list."""

    hosts = LinesField(
        "Excluded sites",
        "One web address a line, like example.com or example.com/help. Subdomains are excluded too.",
        rows=15,
    )
    intents = LinesField("Words of a protected search", "One a line, for example: solicitor near me", rows=10)
    why = text(
        "Why are entries removed?",
        "Leave empty if you only add. The approver sees the removed entries and this reason first. Never name a person.",
        "Enter why entries are removed",
        rows=3,
    )

    def __init__(self, *args: Any, name: Versioned, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name
        self.fields["why"].required = False

    @classmethod
    def after(cls, name: Versioned, newest: Exclusions | None, *args: Any) -> "ExclusionsForm":
        """The form for the version of that name, as the one before has it."""
        if newest is None:
            return cls(*args, name=name)
        initial = {"hosts": "\n".join(newest.hosts), "intents": "\n".join(newest.intents)}
        return cls(*args, name=name, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Each line as the device's own matcher would have it."""
        given: dict[str, Any] = self.cleaned_data
        for box, form in (("hosts", host_form), ("intents", intent_form)):
            given[box] = self.take(read_exclusions(given.get(box, ""), form), box)
        return given

    def exclusions(self) -> Exclusions:
        """What the action takes."""
        return Exclusions(self.name, self.cleaned_data["hosts"], self.cleaned_data["intents"])


class PauseForm(Form):
    """Why a list is taken out of use."""

    reason = text(
        "Why is it paused?",
        "Your reason is recorded in the log. Never name a person.",
        "Enter why it is paused",
        rows=3,
    )
