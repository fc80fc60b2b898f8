"""What the console says of each control of the public promises: what it checks, what stops while it is red, and who can put it right.

What stops is what the software itself refuses then; a test compares the table with `Control`. `page`: where the reader acts, if they can.
"""

from dataclasses import dataclass
from typing import Final

from offmon.core.ids import Slug
from offmon.core.public.assurance import Control, ControlStanding
from offmon.words.catalogue import Language, translate

NOTHING_STOPS: Final = "Nothing stops by itself"
ASK_OPERATOR: Final = "Ask the operator of Offmon"
_SIGNER: Final = "The signer checks this itself, and signs no profile without it"
_NOT_CLAIMED: Final = "The public page stops relying on the record"


@dataclass(frozen=True, slots=True)
class ControlWords:
    """What is checked, what stops while it is red, and the page where its reader acts: its name and the words of the link."""

    checks: str
    stops: str = NOTHING_STOPS
    page: str | None = None
    to_do: str = ASK_OPERATOR


CONTROL: Final = {
    Control.AUTHORITY: ControlWords("Each profile in use rests on an order in force", _SIGNER),
    Control.ASSESSED: ControlWords(
        "An impact assessment covers all monitoring",
        "The signer signs no profile that lasts longer than its assessment",
        "assessments",
        "Review the assessments",
    ),
    Control.NOTICE_FIRST: ControlWords("A notice was served before anything was collected", _SIGNER),
    Control.FOUR_ANSWERS: ControlWords("Each authorisation answers the four questions", _SIGNER),
    Control.LEASES: ControlWords("Each profile ends within 30 days", "Devices stop when their profile ends"),
    Control.AGENT_RELEASE: ControlWords("Devices run software that was published"),
    Control.LISTS: ControlWords(
        "Lists are used only for what two people approved", NOTHING_STOPS, "lists", "Check the lists"
    ),
    Control.ROOTS: ControlWords(
        "The directory names the root keys of the trust file", "No device is enrolled while they differ"
    ),
    Control.DECIDED_BY_PEOPLE: ControlWords("A person decides each alert"),
    Control.DOORS: ControlWords("Console and personal page open to nobody who is not signed in"),
    Control.SECOND_FACTOR: ControlWords("Staff sign in with a second factor"),
    Control.ROLES: ControlWords("Each process has only its own rights in the database"),
    Control.ROW_SECURITY: ControlWords("The database hides each case from who does not work on it"),
    Control.TWO_PEOPLE: ControlWords("The database refuses one person for both steps"),
    Control.BACKSTOP: ControlWords("The database refuses a change that the log does not name"),
    Control.INSERT_ONLY: ControlWords("The database refuses to change or delete the log"),
    Control.WITNESSED: ControlWords(
        "An independent witness signs the log", "No evidence bundle is built or leaves until the witness has signed"
    ),
    Control.NO_HOLES: ControlWords("Each entry of the log is there, in its place"),
    Control.ROWS_AGREE: ControlWords(
        "Each record agrees with the log",
        "Nothing of an affected case is opened, signed or given out",
        "assessments",
        "See which records, and what to do",
    ),
    Control.PAGE: ControlWords("The page of promises answers in both languages"),
    Control.CONTACT_PAGE: ControlWords("The contact page answers, and somebody reads its messages"),
    Control.PRIVACY_PAGE: ControlWords("The privacy page answers"),
    Control.DIRECTORY: ControlWords(
        "The public contacts were checked within a year",
        to_do="Ask your account manager to check your agency’s contact",
    ),
    Control.NO_COOKIE: ControlWords("The public site sets no cookie before a visitor agrees"),
    Control.CONSENTED: ControlWords("Visits are counted only after somebody agreed"),
    Control.PAPER_DATA_PROTECTION: ControlWords(
        "An independent data protection review", _NOT_CLAIMED, "attestations", "Check the record"
    ),
    Control.PAPER_IWF: ControlWords(
        "Membership of the Internet Watch Foundation", _NOT_CLAIMED, "attestations", "Check the record"
    ),
    Control.PAPER_NCSC: ControlWords(
        "A review against the NCSC cloud security principles", _NOT_CLAIMED, "attestations", "Check the record"
    ),
    Control.PAPER_AI: ControlWords(
        "A review against the police chiefs’ AI checklist", _NOT_CLAIMED, "attestations", "Check the record"
    ),
}
STANDING: Final = {
    ControlStanding.HOLDS: "Kept",
    ControlStanding.NOT_HELD: "Not held",
    ControlStanding.NOTHING_YET: "Nothing to check yet",
    ControlStanding.FAILS: "Broken",
    ControlStanding.STALE: "Not checked lately",
}
COLOUR: Final = {
    ControlStanding.HOLDS: "govuk-tag--green",
    ControlStanding.NOT_HELD: "govuk-tag--grey",
    ControlStanding.NOTHING_YET: "govuk-tag--grey",
    ControlStanding.FAILS: "govuk-tag--red",
    ControlStanding.STALE: "govuk-tag--orange",
}


def promise(slug: Slug) -> str:
    """The sentence of the public page."""
    return translate(Language.ENGLISH, f"site.safeguards.promise.{slug}.text")
