"""What the start page says of each thing that waits for a second person, and to which page it leads.

Every table of two people has its line in `ASKED`, by its kind of record; a test compares them.
"""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from offmon.core.authority.licence import Effect
from offmon.core.ids import Ms
from offmon.core.states import DeploymentState
from offmon.server.faces.console import order_words, words
from offmon.server.orders.agreements.queries import AgreementNews
from offmon.server.orders.licences.queries import LicenceView
from offmon.server.start_page.second_person import Asked, OwnAsked


@dataclass(frozen=True, slots=True)
class AskedWords:
    """What the second person is asked to do, what it is, and the pages where one answers and where the other follows it."""

    to_do: str
    what: str
    answer: str
    follow: str


ASKED: Final = {
    "term": AskedWords("Confirm a condition", "Condition", "confirm-term", "confirm-term"),
    "authorisation": AskedWords("Authorise monitoring", "Draft authorisation", "authorisation", "authorisation"),
    "protected-contacts": AskedWords(
        "Confirm a change of protected contacts", "Change of protected contacts", "confirm-contacts", "confirm-contacts"
    ),
    "export": AskedWords("Approve an evidence bundle", "Evidence bundle", "export", "export"),
    "destruction": AskedWords("Decide on a destruction", "Destruction", "destruction", "destruction"),
    "quarantine-decision": AskedWords(
        "Decide on locked records", "Decision on locked records", "late-decision", "late-decision"
    ),
    "emergency-opening": AskedWords(
        "Review an alert opened in an emergency", "Alert opened in an emergency", "emergency", "emergency"
    ),
    "restriction": AskedWords("Decide on a restriction", "Restriction", "decide-restriction", "restriction"),
    "transfer": AskedWords(
        "Approve a transfer to another agency", "Transfer to another agency", "transfer", "transfer"
    ),
    "transfer-offer": AskedWords(
        "Accept a case from another agency", "Transfer to another agency", "transfer-offer", "transfer"
    ),
    "list": AskedWords("Approve a list", "List", "approve-list", "list"),
    "exclusions": AskedWords("Approve the exclusion list", "Exclusion list", "approve-exclusions", "exclusions"),
    "assessment": AskedWords("Sign an impact assessment", "Impact assessment", "assessment", "assessment"),
    "account-change": AskedWords(
        "Agree to a change of an account", "Change of an account", "account-change", "account-change"
    ),
    "alert-times": AskedWords(
        "Agree to new times for alerts", "New times for alerts", "times-version", "times-version"
    ),
    "policy-document": AskedWords("Agree to a policy document", "Policy document", "policy", "policy"),
}
OWN_PAGE: Final = frozenset({"decide-restriction", "restriction", "transfer-offer"})
NEXT_STEP: Final = {
    None: "Record the order, and draft the authorisation",
    DeploymentState.DRAFT: "Have the draft authorised",
    DeploymentState.AUTHORISED: "Create and serve the notice",
    DeploymentState.NOTICE_SERVED: "Enrol the device, and show that it works",
}

LICENCE_STEP: Final = {
    Effect.END: "End the monitoring or record the end of the licence. Get the device back.",
    Effect.HOLD: "Monitoring under it is suspended. Ask the probation service, then resume it or end it.",
    Effect.RUN: "Its conditions changed. Record the varied licence. Nothing more is collected until then.",
}


def licence_step(one: LicenceView) -> str:
    """What the officer does about a licence."""
    return LICENCE_STEP[one.effect]


def agreement(one: AgreementNews) -> str:
    """What happened to an agreement, or will."""
    if one.door is None:
        return f"It ends at the end of {words.day(Ms(one.at - 1))}"
    return f"The person stopped it {order_words.DOOR[one.door]}, {words.when(one.at)}"


def agreement_step(one: AgreementNews) -> str:
    """What the officer does about it. Nobody asks why it was stopped."""
    if one.door is None:
        return "Ask whether they agree anew, on a new paper. If not, record its end."
    if one.left:
        return "The rest of it goes on. Do not ask why."
    return "Nothing of it is left. Record its end. Do not ask why."


def answer_at(one: Asked) -> str:
    """The address where that is answered."""
    return _address(ASKED[one.kind].answer, one)


def follow_at(one: OwnAsked) -> str:
    """The address where whoever asked sees how it stands."""
    return _address(ASKED[one.kind].follow, one)


def _address(name: str, one: Asked | OwnAsked) -> str:
    own_page = one.case is None or name in OWN_PAGE  # its address names no case
    return reverse(name, args=[one.id] if own_page else [one.case, one.id])


def lately(at: Ms, now: Ms) -> str:
    """“today at 2:05pm”; of another day, the day as well."""
    said = words.when(at)
    return said.replace(words.day(now), "today") if words.day(at) == words.day(now) else said
