"""A new case as a list of tasks: each step in words, who does it, and where."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from offmon.core.access import roles
from offmon.core.authority.beginning import RULES, Standing, Step, has_begun, standing
from offmon.core.ids import Ms
from offmon.core.states import DeploymentState
from offmon.server.base.actor import Actor
from offmon.server.evidence.beginning import steps_done, stopped
from offmon.server.evidence.queries import CaseFile
from offmon.server.faces.console import words

TITLE: Final = {
    Step.ORDER: "Record the order or licence",
    Step.CONDITION: "Record its conditions",
    Step.CONFIRMED: "Confirm each condition against the document",
    Step.DRAFTED: "Draft the authorisation",
    Step.AUTHORISED: "Authorise the monitoring",
    Step.KEY: "Create the key for disclosures",
    Step.NOTICE: "Create the notice",
    Step.SERVED: "Serve the notice on the person",
    Step.ENROLLED: "Enrol the device",
    Step.PROFILE: "The device gets its first profile",
    Step.SEEN: "Open the marker page on the device",
}
STANDING: Final = {Standing.DONE: "Done", Standing.NOW: "To do", Standing.LATER: "Cannot start yet"}
BY_ITSELF: Final = "By itself, within an hour of the enrolment"


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as the page shows it. `href`: where the reader does it, if it is theirs to do now."""

    title: str
    who: str
    standing: Standing
    href: str

    @property
    def item(self) -> dict[str, Any]:
        """As GOV.UK's task list takes it."""
        said: dict[str, Any] = {"title": {"text": self.title}, "status": {"text": STANDING[self.standing]}}
        if self.standing is Standing.DONE:
            return said
        colour = "govuk-tag--blue" if self.standing is Standing.NOW else "govuk-tag--grey"
        said |= {"hint": {"text": self.who}, "status": {"tag": {"text": STANDING[self.standing], "classes": colour}}}
        return said | ({"href": self.href} if self.href else {})


def beginning(file: CaseFile, actor: Actor, at: Ms, *, refused: int) -> list[StepLine]:
    """The steps of a case that has not begun; none where it has, where it ended, or where only its end is left to record.

    `refused`: conditions that wait to be put right.
    """
    done = steps_done(file, at) - ({Step.CONDITION, Step.CONFIRMED} if refused else set())
    began = file.monitoring is not None and file.monitoring.deployment.state in {
        DeploymentState.ACTIVE,
        DeploymentState.SUSPENDED,
        DeploymentState.ENDED,
    }
    is_over = stopped(file, at) is not None and Step.ORDER not in done
    if began or is_over or has_begun(done):
        return []
    return [_line(step, stands, file, actor) for step, stands in standing(done).items()]


def _line(step: Step, stands: Standing, file: CaseFile, actor: Actor) -> StepLine:
    by = RULES[step].by
    theirs = stands is Standing.NOW and by is not None and actor.may(by)
    return StepLine(TITLE[step], _who(step), stands, _address(step, file) if theirs else "")


def _who(step: Step) -> str:
    by = RULES[step].by
    if by is None:
        return BY_ITSELF
    who = " or ".join(sorted(words.ROLE[role].lower() for role in roles.those_who_may(by)))
    return f"Another person than who recorded it: {who}" if step is Step.CONFIRMED else who[:1].upper() + who[1:]


def _address(step: Step, file: CaseFile) -> str:
    """The page on which it is done, or that lists what is to be done."""
    case, monitoring = file.person.case, file.monitoring
    live = [one for one in file.instruments if one.ended_at is None]
    waiting = [one for one in monitoring.authorisations if one.authorised_at is None] if monitoring else []
    match step:
        case Step.ORDER if file.scans:
            return reverse("record-instrument", args=[case, file.scans[0].id])
        case Step.CONDITION if file.refused_terms:
            return reverse("case-orders", args=[case])
        case Step.CONDITION if live:
            return reverse("record-term", args=[case, live[-1].id])
        case Step.AUTHORISED if waiting:
            return reverse("authorisation", args=[case, waiting[-1].id])
        case _:
            return reverse(_PAGE[step], args=[case])


_PAGE: Final = {
    Step.ORDER: "choose-basis",
    Step.CONDITION: "case-orders",
    Step.CONFIRMED: "confirm-terms",
    Step.DRAFTED: "draft",
    Step.AUTHORISED: "case-monitoring",
    Step.KEY: "make-key",
    Step.NOTICE: "make-notice",
    Step.SERVED: "visit",
    Step.ENROLLED: "visit",
    Step.PROFILE: "case-monitoring",
    Step.SEEN: "visit",
}
