"""That the person is told of something later: asked for, decided by another, lifted."""

from typing import Any

from offmon.core import clock, restrictions
from offmon.core.restrictions import Asked, Decided, Ground, Line, Telling
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import one_of, some_of, text

_KEPT = "Your reasons are kept for the Information Commissioner, and stand on no page of the person’s"


class AskForm(Form):
    """On which ground, of what, why, until when, and what the person is told of it."""

    ground = one_of(
        "Which ground of the Act is it?",
        [(one.value, called) for one, called in words.RESTRICTION_GROUND.items()],
        "Select the ground",
        hints={one.value: words.restriction_section(one) for one in Ground},
    )
    lines = some_of(
        "What is held back?",
        [(one.value, called) for one, called in words.LINE.items()],
        "Select what is held back",
        hints={Line.SENT.value: words.WITH_WHAT_WAS_SENT},
    )
    since = DateField(
        label="From which day?",
        help_text="The first day on which what is held back happened. For example, 27 3 2026",
        called="The first day",
    )
    until = DateField(
        label="To which day?", help_text="The last such day. It may be still to come.", called="The last day"
    )
    reasons = text("Why is it necessary and proportionate?", _KEPT, "Say why it is necessary and proportionate", rows=6)
    ends = DateField(
        label="When does it end?",
        help_text=f"Its last day, within {restrictions.MOST_DAYS} days. If it is needed longer, ask anew before it ends.",
        called="The day on which it ends",
    )
    told = one_of(
        "What is the person told about it?",
        [(one.value, called) for one, called in words.TELLING.items()],
        "Select what the person is told",
        hints={one.value: hint for one, hint in words.TELLING_HINT.items()},
    )

    def asked(self) -> Asked:
        """What the action takes."""
        given: dict[str, Any] = self.cleaned_data
        told = Telling(given["told"])
        return Asked(
            ground=Ground(given["ground"]),
            lines=frozenset(Line(one) for one in given["lines"]),
            since=clock.start_of_day(given["since"]),
            until=clock.end_of_day(given["until"]),
            reasons=given["reasons"],
            told=told,
            routes_given=told is Telling.LETTER,
            ends_at=clock.end_of_day(given["ends"]),
        )


class DecideForm(Form):
    """The second person's word, and why."""

    outcome = one_of(
        "What do you decide?",
        [
            (Decided.AGREED.value, "Agree: it is held back"),
            (Decided.REFUSED.value, "Do not agree: nothing is held back"),
        ],
        "Select what you decide",
    )
    reason = text("Why?", _KEPT, "Say why you decide so")

    def given(self) -> tuple[Decided, str]:
        """What the action takes."""
        return Decided(self.cleaned_data["outcome"]), self.cleaned_data["reason"]


class LiftForm(Form):
    """Why it is needed no longer."""

    reason = text("Why is it needed no longer?", _KEPT, "Say why it is needed no longer", rows=3)
