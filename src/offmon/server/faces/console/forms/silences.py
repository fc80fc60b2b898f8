"""Forms of a permission, of an exclusion, and of the answer that none is claimed."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django import forms

from offmon.core.authority.order import Term
from offmon.core.authority.permission import MINUTES, AskedHow
from offmon.core.authority.silence import ListedEntry, SilenceReason, Week
from offmon.core.clock import Period
from offmon.core.errors import Malformed
from offmon.core.ids import Count, Id
from offmon.server.agencies.queries import StaffView
from offmon.server.base.web.forms import DateField, Form
from offmon.server.detectors.entries import site_form
from offmon.server.faces.console import silence_words, words
from offmon.server.faces.console.forms.fields import line, one_of, some_of, text, time_of_day
from offmon.server.orders.silences.actions import ExclusionEntry, PermissionEntry

_FOR_THEM = "The person reads this on the device, on their page and in the notice"


def _said() -> forms.CharField:
    return text("In plain words for the person", _FOR_THEM, "Write it in plain words for the person", rows=2, most=500)


def _said_welsh() -> forms.CharField:
    return text(
        "In Welsh", "Leave this empty if there are no Welsh words", "Enter the words", rows=2, most=500, required=False
    )


def _asked_on() -> DateField:
    return DateField(
        label="When did you ask the person?", help_text="For example, 27 3 2026", called="The day on which you asked"
    )


class PermitForm(Form):
    """What was permitted, of which condition, by whom, from when to when."""

    def __init__(
        self, *args: Any, terms: Iterable[Term], orders: dict[str, str], officers: Iterable[StaffView], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        named = {one.id: f"{one.person_text} ({orders[one.id]})" for one in terms}
        self.fields["term"] = one_of("Which condition is it a permission of?", named.items(), "Select the condition")
        self.fields["what"] = line(
            "Which site or phrase is permitted?",
            "Exactly as a list of this monitoring has it, like example.com. Nothing else is permitted by it",
            "Enter the site or phrase",
        )
        self.fields["since"] = DateField(
            label="From which day?",
            help_text="It may lie in the past, if you record the permission late. For example, 27 3 2026",
            called="The first day",
        )
        self.fields["since_time"] = time_of_day("From what time?", "The time from which it holds")
        self.fields["until"] = DateField(label="To which day?", help_text="Within a year", called="The last day")
        self.fields["until_time"] = time_of_day("To what time?", "The time to which it holds")
        people = [(one.id, one.display_name) for one in officers]
        self.fields["given_by"] = one_of("Which supervising officer gave it?", people, "Select who gave it")
        asked = [(how.value, called) for how, called in silence_words.ASKED.items()]
        self.fields["asked_how"] = one_of("How did the person ask?", asked, "Select how the person asked")
        self.fields["said"], self.fields["said_welsh"] = _said(), _said_welsh()

    def clean(self) -> dict[str, Any]:
        """An end after the beginning."""
        given = super().clean() or {}
        if {"since", "since_time", "until", "until_time"} <= given.keys():
            since = words.instant(given["since"], given["since_time"])
            until = words.instant(given["until"], given["until_time"])
            if until <= since:
                self.add_error("until", "The end must be after the beginning")
            else:
                given["period"] = Period(since, until)
        return given

    def entry(self, listed: ListedEntry) -> PermissionEntry:
        """What the action takes."""
        given = self.cleaned_data
        return PermissionEntry(
            term=Id(given["term"]),
            entry=listed,
            period=given["period"],
            given_by=Id(given["given_by"]),
            asked_how=AskedHow(given["asked_how"]),
            said=given["said"],
            said_welsh=given["said_welsh"],
        )


class ExcludeForm(Form):
    """A weekly time or a site, and why."""

    why = one_of(
        "Why is it excluded?",
        [(one.value, called) for one, called in silence_words.REASON.items()],
        "Select why it is excluded",
    )
    what = one_of(
        "What is excluded?",
        [("week", "A time of each week"), ("site", "A site")],
        "Select a time of each week or a site",
        hints={
            "week": "Nothing is collected in that time. Answer the three questions about it",
            "site": "Nothing is collected there or on the pages below it. Enter its address",
        },
    )
    days = some_of(
        "Which days?",
        [(str(number), called) for number, called in enumerate(silence_words.DAYS, start=1)],
        hint="Only for a time of each week",
    )
    begins = time_of_day("From what time?", "The time from which it is excluded")
    ends = time_of_day("To what time?", "The time to which it is excluded")
    site = line("Which site?", "Only for a site. Like church.example.org", "Enter the site", required=False, most=200)
    asked_on = _asked_on()
    said = _said()
    said_welsh = _said_welsh()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begins"].required = self.fields["ends"].required = False

    def clean_site(self) -> str:
        """As a device compares it. Raises ValidationError for what is no site."""
        site = str(self.cleaned_data["site"]).strip().removeprefix("https://").removeprefix("http://").rstrip("/")
        try:
            if site:
                site_form(site)
        except Malformed as refusal:
            raise forms.ValidationError(refusal.message) from None
        return site

    def clean(self) -> dict[str, Any]:
        """All of the one or of the other."""
        given = super().clean() or {}
        if given.get("what") == "site" and "site" in given and not given["site"]:
            self.add_error("site", "Enter the site")
        if given.get("what") == "week":
            for name, empty in (
                ("days", "Select at least one day"),
                ("begins", "Enter the time from which it is excluded"),
                ("ends", "Enter the time to which it is excluded"),
            ):
                if name in given and given[name] in (None, "", []):
                    self.add_error(name, empty)
        return given

    def entry(self) -> ExclusionEntry:
        """What the action takes."""
        given, week = self.cleaned_data, None
        if given["what"] == "week":
            days = tuple(Count(int(day)) for day in sorted(given["days"]))
            week = Week(days, _minutes(given["begins"]), Count(_minutes(given["ends"]) or MINUTES))
        return ExclusionEntry(
            why=SilenceReason(given["why"]),
            site=given["site"] if given["what"] == "site" else None,
            week=week,
            asked_on=given["asked_on"],
            said=given["said"],
            said_welsh=given["said_welsh"],
        )


class NoneClaimedForm(Form):
    """The person was asked, and claims nothing."""

    asked_on = _asked_on()


class EndSilenceForm(Form):
    """Why it ends now."""

    reason = text("Why does it end?", "Your reason is recorded", "Enter why it ends", rows=3)


def _minutes(at: time) -> Count:
    return Count(at.hour * 60 + at.minute)
