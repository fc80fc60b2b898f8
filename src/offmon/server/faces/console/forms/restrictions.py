"""Forms of a restriction: asked for by one, decided by another, lifted."""

from typing import Any

from offmon.core import clock
from offmon.core.person import restrictions
from offmon.core.person.restrictions import Decided, Line, RestrictionGround, RestrictionRequest, Telling
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import one_of, some_of, text

_KEPT = "We keep your reasons for the Information Commissioner. The person cannot see your reasons"


class AskRestrictionForm(Form):
    """On which ground, of what, why, until when, and what the person is told of it."""

    ground = one_of(
        "Which ground of the Act applies?",
        words.RESTRICTION_GROUND.items(),
        "Select the ground",
        hints={one.value: words.restriction_section(one) for one in RestrictionGround},
    )
    lines = some_of(
        "Which data is held back?",
        words.LINE.items(),
        "Select the data to hold back",
        hints={Line.SENT.value: words.WITH_WHAT_WAS_SENT},
    )
    since = DateField(
        label="From which day?",
        help_text="The first day of the data to hold back. For example, 27 3 2026",
        called="The first day",
    )
    until = DateField(
        label="To which day?", help_text="The last day of the data. It may be in the future.", called="The last day"
    )
    reasons = text(
        "Why is it necessary and proportionate?", _KEPT, "Enter why it is necessary and proportionate", rows=6
    )
    ends = DateField(
        label="When does it end?",
        help_text=f"Its last day, within {restrictions.MOST_DAYS} days. If you need it longer, request a new restriction before it ends.",
        called="The end date",
    )
    told = one_of(
        "What do we tell the person about it?",
        words.TELLING.items(),
        "Select what we tell the person",
        hints={one.value: hint for one, hint in words.TELLING_HINT.items()},
    )

    def asked(self) -> RestrictionRequest:
        """What the action takes."""
        given: dict[str, Any] = self.cleaned_data
        told = Telling(given["told"])
        return RestrictionRequest(
            ground=RestrictionGround(given["ground"]),
            lines=frozenset(Line(one) for one in given["lines"]),
            since=clock.start_of_day(given["since"]),
            until=clock.end_of_day(given["until"]),
            reasons=given["reasons"],
            told=told,
            routes_given=told is Telling.LETTER,
            ends_at=clock.end_of_day(given["ends"]),
        )


class DecideRestrictionForm(Form):
    """The second person's word, and why."""

    outcome = one_of(
        "What do you decide?",
        [(Decided.AGREED.value, "Agree: hold the data back"), (Decided.REFUSED.value, "Refuse: hold nothing back")],
        "Select your decision",
    )
    reason = text("Why?", _KEPT, "Enter your reason")

    def given(self) -> tuple[Decided, str]:
        """What the action takes."""
        return Decided(self.cleaned_data["outcome"]), self.cleaned_data["reason"]


class LiftForm(Form):
    """Why it is needed no longer."""

    reason = text("Why is it no longer needed?", _KEPT, "Enter why it is no longer needed", rows=3)
