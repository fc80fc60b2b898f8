"""The public promises, the controls that keep each, and their standing (R-SEC-4, R-DPA-32, R-WEB-3).

Rules
- Promises follow the order of the public page. Each names the controls that show it; our word alone proves none.
- Each control is checked on the running system again and again, with a time. A control without a recent check is *stale*, also if it was
  never checked: silence proves nothing.
- A promise that needs a compliance record (a membership, an outside assessment) is *not held* until one with issuer and end is recorded. A
  page may say "not held"; it may not say less. A record that has ended fails, like any control that stopped working.
- Where there is nothing to check yet (no device), the page says so: nothing failed, and nothing was shown. A control that holds and whose
  figure is 0 is published as that too. The figure is four weeks old, so nobody outside could see more than 0 of what holds.
- A promise's standing is that of its worst control.
- A promise's controls include each that checks a database guard which its safeguards name. A promise about the database is not kept if that
  guard is gone, or if a role may bypass them all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.ids import Count, Ms, Slug

FRESH_MS: Final = Ms(2 * clock.MINUTE_MS)
CLOCKS_APART_MS: Final = Ms(5_000)
"""By how much the clock of whoever looked may be ahead of the clock of whoever judges."""
SMALL: Final = 10
"""A number of people below this is not published (R-AI-17)."""


class Control(StrEnum):
    """What can be looked at on the running system. `<what holds>`, in the order of the thread."""

    AUTHORITY = "authority"
    ASSESSED = "assessed"
    NOTICE_FIRST = "notice-first"
    FOUR_ANSWERS = "four-answers"
    LEASES = "leases"
    AGENT_RELEASE = "agent-release"
    LISTS = "lists"
    ROOTS = "roots"
    DECIDED_BY_PEOPLE = "decided-by-people"
    DOORS = "doors"
    SECOND_FACTOR = "second-factor"
    ROLES = "roles"
    ROW_SECURITY = "row-security"
    TWO_PEOPLE = "two-people"
    BACKSTOP = "backstop"
    INSERT_ONLY = "insert-only"
    WITNESSED = "witnessed"
    NO_HOLES = "no-holes"
    ROWS_AGREE = "rows-agree"
    PAGE = "page"
    CONTACT_PAGE = "contact-page"
    PRIVACY_PAGE = "privacy-page"
    DIRECTORY = "directory"
    NO_COOKIE = "no-cookie"
    CONSENTED = "consented"
    PAPER_DATA_PROTECTION = "paper-data-protection"
    PAPER_IWF = "paper-iwf"
    PAPER_NCSC = "paper-ncsc"
    PAPER_AI = "paper-ai"


class ControlStanding(StrEnum):
    """How a control, and so a promise, stands. From the worst to the best."""

    FAILS = "fails"
    STALE = "stale"
    NOT_HELD = "not-held"
    NOTHING_YET = "nothing-yet"
    HOLDS = "holds"


OF_PEOPLE: Final = frozenset(
    {
        Control.AUTHORITY,
        Control.ASSESSED,
        Control.NOTICE_FIRST,
        Control.FOUR_ANSWERS,
        Control.LEASES,
        Control.AGENT_RELEASE,
        Control.LISTS,
    }
)
"""Whose figures count people, cases, or what hangs on them: as of a day that lies the longest delay back (design §1.6)."""
UNTOLD: Final = frozenset(
    {
        Control.DECIDED_BY_PEOPLE,
        Control.SECOND_FACTOR,
        Control.WITNESSED,
        Control.NO_HOLES,
        Control.ROWS_AGREE,
        Control.CONSENTED,
    }
)
"""Whose figures would count decisions, sign-ins, entries and visits: never published, however old (design §1.6; R-AI-17)."""
_WORST_FIRST: Final = tuple(ControlStanding)
RED: Final = frozenset({ControlStanding.FAILS, ControlStanding.STALE})


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """A paper that is held: who issued it, and until when it counts (ms UTC)."""

    issuer: str
    until: Ms


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at a control. `figure`: how many things were looked at, where that is a number; `at`: ms UTC, our clock.

    `paper`: what is held, where the control is one.
    """

    control: Control
    standing: ControlStanding
    figure: Count | None
    at: Ms
    paper: HeldPaper | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """One sentence of the public page. `slug` names its words in the catalogue: among them what keeps it, what stands behind that, and
    the test that shows it, in plain words.

    `safeguards` stand in docs/safeguards.md under these ids; `tests` show a promise that no safeguard is about, as pytest names them.
    """

    slug: Slug
    controls: tuple[Control, ...]
    safeguards: tuple[str, ...]
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseSeen:
    """How a promise stands, and when the oldest of its looks was; None where one of them never was."""

    promise: Promise
    standing: ControlStanding
    at: Ms | None
    looks: tuple[Observation, ...]


def _p(slug: str, *controls: Control, by: str = "", tests: str = "") -> Promise:
    return Promise(Slug(slug), controls, tuple(by.split()), tuple(tests.split()))


_C = Control
PROMISES: Final = (
    _p("purpose", _C.AUTHORITY, _C.DECIDED_BY_PEOPLE, _C.ROLES, by="S1 S19"),
    _p("plain-terms", _C.PAGE, by="S42"),
    _p("who-uses-it", _C.DOORS, _C.SECOND_FACTOR, _C.ROLES, by="S20 S39 S40 S41 S47"),
    _p("existing-powers", _C.AUTHORITY, by="S1 S82"),
    _p("lawful-basis", _C.AUTHORITY, _C.LEASES, _C.ROLES, by="S1 S2"),
    _p("overt", _C.AGENT_RELEASE, _C.NOTICE_FIRST, by="S10"),
    _p("told", _C.NOTICE_FIRST, _C.ROLES, by="S33"),
    _p("as-ordered", _C.AUTHORITY, by="S1 S82"),
    _p("not-secret", _C.AGENT_RELEASE, _C.NOTICE_FIRST, by="S10"),
    _p("assessed", _C.ASSESSED, _C.TWO_PEOPLE, _C.ROLES, by="S29"),
    _p("data-protection-law", _C.PAPER_DATA_PROTECTION, _C.BACKSTOP, _C.ROLES, by="S15 S45"),
    _p("evidence-secure", _C.ROLES, _C.ROW_SECURITY, _C.ROWS_AGREE, by="S12 S18 S30"),
    _p("access", _C.ROW_SECURITY, _C.DOORS, _C.SECOND_FACTOR, _C.ROLES, by="S17 S20 S39 S67"),
    _p("accounted-for", _C.BACKSTOP, _C.INSERT_ONLY, _C.WITNESSED, _C.ROWS_AGREE, _C.ROLES, by="S15 S16 S21 S134"),
    _p("purpose-bound", _C.AUTHORITY, _C.LISTS, by="S1 S7"),
    _p("targeted", _C.AUTHORITY, _C.ROOTS, by="S1 S11 S208"),
    _p("relevant", _C.LISTS, _C.TWO_PEOPLE, by="S7 S51"),
    _p("light", _C.AGENT_RELEASE, tests="tests/unit/agent/test_budget.py"),
    _p("proportionate", _C.FOUR_ANSWERS, _C.TWO_PEOPLE, _C.ROLES, by="S6 S50"),
    _p("anchored", _C.PAPER_NCSC, _C.PAPER_AI, by="S45"),
    _p("watch-foundation", _C.PAPER_IWF, by="S45"),
    _p("cloud-principles", _C.PAPER_NCSC, by="S45"),
    _p("ai-checklist", _C.PAPER_AI, by="S45"),
    _p("every-stage", _C.NO_HOLES, _C.INSERT_ONLY, _C.WITNESSED, _C.ROLES, by="S13 S16 S67 S81"),
    _p("ask-us", _C.CONTACT_PAGE, _C.ROLES, by="S70"),
    _p("right-place", _C.DIRECTORY, _C.CONTACT_PAGE, by="S44 S71"),
    _p("roles-explained", _C.PRIVACY_PAGE, tests="tests/unit/server/oversight/test_site.py"),
    _p("analytics-why", _C.CONSENTED, _C.ROLES, by="S43"),
    _p("analytics-off", _C.NO_COOKIE, _C.CONSENTED, _C.ROLES, by="S43"),
)


def standing(look: Observation | None, at: Ms) -> ControlStanding:
    """How one control stands at the instant: what is published of it, unless nobody looked lately. One from the future counts as
    none, but for what two clocks may be apart.
    """
    if look is None or not -CLOCKS_APART_MS <= at - look.at <= FRESH_MS:
        return ControlStanding.STALE
    return published_standing(look)


def published_standing(look: Observation) -> ControlStanding:
    """What is published of a look: NOTHING_YET where it holds and its figure is 0."""
    holds_of_none = look.standing is ControlStanding.HOLDS and look.figure == 0
    return ControlStanding.NOTHING_YET if holds_of_none else look.standing


def worst(standings: Iterable[ControlStanding]) -> ControlStanding:
    """The worst of these; STALE of none at all, since nothing was looked at."""
    return min(standings, key=_WORST_FIRST.index, default=ControlStanding.STALE)


def judge(promise: Promise, looks: Mapping[Control, Observation], at: Ms) -> PromiseSeen:
    """How a promise stands at the instant, from the newest look at each control."""
    found = tuple(looks[control] for control in promise.controls if control in looks)
    stands = worst(standing(looks.get(control), at) for control in promise.controls)
    oldest = min((look.at for look in found), default=None) if len(found) == len(promise.controls) else None
    return PromiseSeen(promise, stands, oldest, found)


def published(look: Observation) -> str | None:
    """The figure of a look as it may be published, or None where it has none.

    Numbers of people, cases or what hangs on them are told in tens, and small ones are not told apart (R-AI-17). None at all is no one's
    secret. Of `UNTOLD` there is no figure: it would move at once with what a device sends, what officers do about it, and what a
    visitor reads.
    """
    if look.figure is None or look.control in UNTOLD:
        return None
    if look.control not in OF_PEOPLE or look.figure == 0:
        return str(look.figure)
    return f"<{SMALL}" if look.figure < SMALL else f"{look.figure // SMALL * SMALL}+"
