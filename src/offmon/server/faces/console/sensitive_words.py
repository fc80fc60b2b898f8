"""What the console calls a policy document, how it stands, and the conditions of the law under which sensitive data is used."""

from collections.abc import Mapping
from typing import Final

from offmon.core.authority.policy_document import PolicyDocument, PolicyStanding
from offmon.core.authority.profile import Schedule8, Sensitive
from offmon.core.clock import Period
from offmon.core.ids import Id
from offmon.server.faces.console import words

POLICY: Final = {
    PolicyStanding.IN_FORCE: "In force",
    PolicyStanding.AHEAD: "Agreed, not yet in force",
    PolicyStanding.WAITING: "Waiting for agreement",
    PolicyStanding.REFUSED: "Refused",
    PolicyStanding.DUE: "Due for review",
}
POLICY_COLOUR: Final = {
    PolicyStanding.IN_FORCE: "govuk-tag--green",
    PolicyStanding.AHEAD: "govuk-tag--yellow",
    PolicyStanding.WAITING: "govuk-tag--grey",
    PolicyStanding.REFUSED: "govuk-tag--grey",
    PolicyStanding.DUE: "govuk-tag--red",
}
CONDITION: Final = {
    Schedule8.STATUTORY: "The agency needs it for a function that the law gives it, in the substantial public interest",
    Schedule8.JUSTICE: "It is needed for the administration of justice",
    Schedule8.SAFEGUARDING: "It protects a child, or an adult at risk, from harm",
}
CONDITION_HINT: Final = {
    Schedule8.STATUTORY: "Data Protection Act 2018, Schedule 8, paragraph 1: statutory etc purposes",
    Schedule8.JUSTICE: "Data Protection Act 2018, Schedule 8, paragraph 2: administration of justice",
    Schedule8.SAFEGUARDING: "Data Protection Act 2018, Schedule 8, paragraph 4: safeguarding of children and of individuals at risk",
}


def policy_period(one: Period) -> str:
    """When a policy document is in force, and what its end does: one or two sentences."""
    if one.until is None:
        return f"In force from {words.day(one.since)}."
    return (
        f"In force from {words.day(one.since)} to the end of {words.last_day(one.until)}. Profiles under it end then."
    )


def why_of(why: Sensitive, policies: Mapping[Id, PolicyDocument]) -> list[tuple[str, str]]:
    """Why a list of sensitive data is used, as pairs for a summary (R-DPA-3)."""
    kept = policies.get(why.apd)
    named = "A policy document of the agency" if kept is None else f"{kept.title}, version {kept.version}"
    return [
        ("Why it is strictly necessary", why.strictly_necessary),
        ("Condition of the law", f"{CONDITION[why.condition]} ({CONDITION_HINT[why.condition]})"),
        ("Policy document", f"{named}. {policy_period(why.apd_period)}"),
    ]
