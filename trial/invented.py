"""Everything invented: two agencies, their staff, one supervised person, two instruments, four lists, a web of nine pages.

Rules
- Nobody could take anything here for real. Force code `86` is reserved and belongs to nobody, and hosts end in `.example` or `.invalid`
  (RFC 2606, RFC 6761). The PNC identifier's check letter is wrong on purpose (R-ID-12).
- One real name is used, a search engine's, since only result pages of known ones are read. It leads to the invented web on this machine.
- Each excluded page is one that a list would find: within a listed place, or a result page with a listed phrase. An unlisted page would
  leave no trace either way.
- Dates are counted from the day on which the trial begins, so that the orders are in force whenever it is played.
"""

from dataclasses import dataclass
from typing import Final

from offmon.core.access.roles import Role
from offmon.core.authority.lists import ListEntry
from offmon.core.formats.event import Gravity
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Slug, Versioned


@dataclass(frozen=True, slots=True)
class InventedAgency:
    """An agency and which keys it has. A police force leads the case; the probation service is a controller too, and party to it."""

    code: str
    name: str
    domain: str
    team: str
    contact: str
    keys: tuple[KeyRole, ...]


@dataclass(frozen=True, slots=True)
class InventedStaff:
    """A member of staff: how they sign in, what they are called, and what they are to the agency."""

    agency: str
    sign_in: str
    name: str
    role: Role


FORCE: Final = InventedAgency(
    "86",
    "Oakshire Police (invented)",
    "oakshire-police.invalid",
    "Public protection unit",
    "Fir Protection, data protection officer, 01632 960 018, data-protection@oakshire-police.invalid",
    tuple(KeyRole),
)
PROBATION: Final = InventedAgency(
    "86P",
    "Oakshire Probation (invented)",
    "oakshire-probation.invalid",
    "Sentence management",
    "Ivy Protection, data protection officer, 01632 960 027, data-protection@oakshire-probation.invalid",
    (KeyRole.PROFILE, KeyRole.LIST, KeyRole.LOG),
)
AGENCIES: Final = (FORCE, PROBATION)

OFFICER: Final = "officer"
SECOND_OFFICER: Final = "second-officer"
AUTHORISER: Final = "authoriser"
SUPERVISOR: Final = "supervisor"
EVIDENCE: Final = "evidence"
PROBATION_OFFICER: Final = "probation-officer"
PROBATION_DATA_PROTECTION: Final = "probation-dpo"
DATA_PROTECTION: Final = "dpo"
AUDITOR: Final = "auditor"
ADMIN: Final = "admin"
PROBATION_ADMIN: Final = "probation-admin"
SECOND_ADMIN: Final = "second-admin"  # what needs two is answered by another administrator
SECOND_PROBATION_ADMIN: Final = "second-probation-admin"
INSPECTOR: Final = "inspector"
STAFF: Final = (
    InventedStaff("86", OFFICER, "Ash Officer", Role.OFFENDER_MANAGER),
    InventedStaff("86", SECOND_OFFICER, "Birch Officer", Role.OFFENDER_MANAGER),
    InventedStaff("86", AUTHORISER, "Cedar Authoriser", Role.AUTHORISING_OFFICER),
    InventedStaff("86", SUPERVISOR, "Damson Supervisor", Role.SUPERVISOR),
    InventedStaff("86", EVIDENCE, "Elder Evidence", Role.EVIDENCE_OFFICER),
    InventedStaff("86", DATA_PROTECTION, "Fir Protection", Role.DATA_PROTECTION),
    InventedStaff("86", AUDITOR, "Larch Auditor", Role.AUDITOR),
    InventedStaff("86", ADMIN, "Gorse Admin", Role.TENANT_ADMIN),
    InventedStaff("86P", PROBATION_OFFICER, "Hazel Probation", Role.OFFENDER_MANAGER),
    InventedStaff("86P", PROBATION_DATA_PROTECTION, "Ivy Protection", Role.DATA_PROTECTION),
    InventedStaff("86P", PROBATION_ADMIN, "Juniper Admin", Role.TENANT_ADMIN),
    InventedStaff("86", SECOND_ADMIN, "Kale Admin", Role.TENANT_ADMIN),
    InventedStaff("86P", SECOND_PROBATION_ADMIN, "Lime Admin", Role.TENANT_ADMIN),
    InventedStaff("86", INSPECTOR, "Maple Inspector", Role.DUTY_INSPECTOR),
)
ON_THE_CASE: Final = (SECOND_OFFICER, AUTHORISER, EVIDENCE)

ASSESSMENT: Final = "Trial of monitoring (invented)"
POLICY: Final = "Sensitive data in supervision (invented)"
REFERENCE: Final = "86/TRIAL/0001"
PERSON: Final = "Invented Person (PNC 2086/0000000I)"
OFFENCE: Final = Slug("contact_child")

BOTH_LIST: Final = Versioned("trial.prohibited-sites@1")
LICENCE_LIST: Final = Versioned("trial.licence-sites@1")
BOTH_ENTRIES: Final = (
    ListEntry(Slug("chat.listed"), "chat.listed.example", Gravity.HIGH),
    ListEntry(Slug("forum.listed"), "forum.listed.example/rooms", Gravity.STANDARD),
)
PHRASE_LIST: Final = Versioned("trial.phrases@1")
PHRASE: Final = "purple elephant club"
PHRASES: Final = {
    "elephant.club": PHRASE,
    "giraffe.circle": "green giraffe circle",
    "otter.meeting": "yellow otter meeting",
    "walrus.lodge": "orange walrus lodge",
    "heron.parade": "silver heron parade",
    "badger.league": "crimson badger league",
    "hedgehog.guild": "turquoise hedgehog guild",
    "seal.society": "amber seal society",
}
PHRASE_ENTRIES: Final = tuple(ListEntry(Slug(rule), words, Gravity.STANDARD) for rule, words in PHRASES.items())
LICENCE_ENTRIES: Final = (ListEntry(Slug("dating.licence"), "dating.licence.example", Gravity.STANDARD),)

HELPLINE: Final = "helpline.chat.listed.example"
CLINIC: Final = "forum.listed.example/rooms/clinic"
PUBLIC_PLACES: Final = (HELPLINE, CLINIC)
"""Excluded though lists name what each is a part of. Nobody's own contacts: every device receives the exclusion list."""
HELP_SOUGHT: Final = "https://duckduckgo.com/?q=solicitor+"
"""The beginning of a search for help: its results may hold what they like."""

WAY_IN: Final = "person given a way in to their own page"
"""What the seed calls the step by which the person gets a name and a code."""

OFFICE_HOURS: Final = "Monday to Friday, 9am to 5pm, but not on public holidays"
ON_CALL: Final = {
    Gravity.URGENT: "Control room (invented), extension 0001",
    Gravity.HIGH: "Public protection on call (invented), extension 0002",
    Gravity.STANDARD: "the next working day",
}
DUTY_INSPECTOR: Final = "Duty inspector (invented), extension 0000"

START: Final = "https://start.unlisted.example/"
LISTED: Final = "https://chat.listed.example/room?invented=1"
SENT: Final = "https://chat.listed.example"
"""What leaves of it: the site that the list names, and not which page of it."""
LISTED_BY_PATH: Final = "https://www.forum.listed.example/rooms/7"
RESULTS: Final = "https://duckduckgo.com/?q=elephants"


def morning() -> dict[str, tuple[str, str, str]]:
    """A morning's twenty searches: each address, and the three listed phrases there. The first was searched for; two stand in the page."""
    words = (*PHRASES.values(), *PHRASES.values())
    found = {}
    for n in range(20):
        sought, first, second = words[n % 8 : n % 8 + 3]
        found[f"https://duckduckgo.com/?q={sought.replace(' ', '+')}&n={n}"] = (sought, first, second)
    return found


def excluded_pages(marker: str) -> tuple[str, ...]:
    """The addresses of pages that nobody may ever hear of; the marker stands in address, title and text of each."""
    return *(f"https://{host}/{marker}" for host in PUBLIC_PLACES), HELP_SOUGHT + marker


def unlisted_pages(marker: str) -> tuple[str, ...]:
    """The addresses of pages that no list names, of which nobody may hear either; the marker stands in each as in the excluded ones."""
    return f"https://news.unlisted.example/today/{marker}", f"https://forum.listed.example/elsewhere/{marker}"


def web(marker: str) -> dict[str, str]:
    """The invented web: each address, and the page there."""
    helpline, clinic, help_sought = excluded_pages(marker)
    news, elsewhere = unlisted_pages(marker)
    said = {
        LISTED: ("A listed room (invented)", "<p>The order's list names this place."),
        LISTED_BY_PATH: ("A listed forum (invented)", "<p>The list names this part of the forum, and no other."),
        RESULTS: ("elephants at a search engine (invented)", f"<p>Three results. <p>Join the {PHRASE} on Tuesdays."),
        news: (
            f"News (invented) {marker}",
            f"<p>No list names this place, so the words {PHRASE} {marker} are not even read.",
        ),
        elsewhere: (
            f"Beside the listed path (invented) {marker}",
            f"<p>{marker} <p>The list names another part of this forum.",
        ),
        helpline: (f"A public helpline {marker}", f"<p>{PHRASE} {marker} <p>An excluded place yields nothing."),
        clinic: (f"A public clinic {marker}", f"<p>{PHRASE} {marker} <p>An excluded place yields nothing."),
        help_sought: (
            f"A solicitor sought at a search engine {marker}",
            f"<p>{PHRASE} {marker} <p>A search for help yields nothing.",
        ),
    }
    links = "".join(f'<li><a href="{address}">{title}</a>' for address, (title, _) in said.items())
    said[START] = (
        "An invented web",
        f"<p>Every page here is invented, and nothing leaves this machine.<ul>{links}</ul>",
    )
    for address, (sought, first, second) in morning().items():
        said[address] = (f"{sought} at a search engine (invented)", f"<p>A {first}. <p>And a {second} on Tuesdays.")
    return {address: _page(title, body) for address, (title, body) in said.items()}


def _page(title: str, body: str) -> str:
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>{body}</html>'
