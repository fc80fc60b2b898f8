"""The permission matrix, drawn from `core.access.roles` and the console's addresses: the rule for document and pages."""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path

from offmon.core.access.roles import Role, may, sees_cases
from offmon.core.person.deadlines import RequestKind
from offmon.core.person.request_desk import DESK
from offmon.server.base.web.permissions import Public, Requires, doors
from offmon.words.catalogue import Language
from offmon.words.forms import NoticeFormat

URLCONF = "offmon.server.faces.console.urls"
DOCUMENT = Path(__file__).parents[4] / "docs" / "reference" / "permission-matrix.md"
OTHER_FACES = {
    "website": "The public site: the same for everybody, signed in at the console or not",
    "portal": "The person's own page: staff are nobody there, signed in at the console or not",
    "ingest": "For devices: refused to whoever did not sign as one. Its marker page is the same for everybody",
}
THE_PERSONS = "the person alone, of their own case alone; all others are led to its sign-in"
FILLED: dict[str, list[str]] = {
    "language": list(Language),
    "form": [form for form in NoticeFormat if form is not NoticeFormat.PAGE],
    "kind": list(RequestKind),
    "slug": ["x"],
    "path": ["absent.css"],
    "str": ["absent.json"],
}
ROLES = [role for role in Role if role not in {Role.SERVICE, Role.SUPERVISED_PERSON}]


class Whose(StrEnum):
    """Whose case an address is about, for who opens it."""

    OWN = "on one's own caseload"
    COLLEAGUES = "a colleague's"
    PARTYS = "one that another agency leads, shares with one's own, and opened to one"
    ANOTHER_AGENCYS = "another agency's"


@dataclass(frozen=True)
class Line:
    """One address. `permission` None: anybody may open it, for the reason given."""

    route: str
    permission: StrEnum | None
    reason: str = ""

    @property
    def of_a_case(self) -> bool:
        return "<id:" in self.route and not self.of_the_agency

    @property
    def of_the_agency(self) -> bool:
        """Of a list, a document, a paper, a sample of looks, a shift or a member of staff: the agency's own, of no case."""
        return (
            self.route.startswith(
                ("assessments/", "compliance/", "lists/", "log/samples/", "on-call/", "policies/", "staff/")
            )
            and "<id:" in self.route
        )

    def expected(self, role: Role, whose: Whose) -> int:
        """The status of a page that someone of that role asks for."""
        if self.permission is None:
            return 200
        guest = is_guest(role, whose)
        if not may(role, self.permission, guest=guest):
            return 403
        if self.route.startswith("transfers/<id:"):
            return 200 if guest else 404  # of the agency that is asked
        if role is Role.DUTY_INSPECTOR and self.of_a_case:
            return 404  # an alert that came to them by the rota, and no case
        if self.of_the_agency:
            return 200 if whose in {Whose.OWN, Whose.COLLEAGUES} else 404
        if self.route.startswith("requests/<id:") and role is DESK[RequestKind.OBJECTION] and whose is Whose.COLLEAGUES:
            return 200  # for their desk, whosever the case is
        return 200 if whose is Whose.OWN or guest or not self.of_a_case else 404


def is_guest(role: Role, whose: Whose) -> bool:
    """Whether they work on another agency's case: to a role that could do nothing there it is never opened."""
    return whose is Whose.PARTYS and sees_cases(role, guest=True)


def lines() -> list[Line]:
    found = []
    for door in doors(URLCONF):
        match door.mark:
            case Requires(permission):
                found.append(Line(door.route, permission))
            case Public(reason):
                found.append(Line(door.route, None, reason))
    return found


def elsewhere(face: str) -> list[Line]:
    """Every address of a face that knows no staff: anybody may ask, for the reason given; or nobody of the staff may."""
    found = []
    for door in doors(f"offmon.server.faces.{face}.urls"):
        match door.mark:
            case Public(reason):
                found.append(Line(door.route, None, reason))
            case Requires(permission):
                found.append(Line(door.route, permission, THE_PERSONS))
            case None:
                found.append(Line(door.route, None))
    return found


def filled(route: str) -> list[str]:
    """The paths of an address of such a face: in each language, each form, of each kind."""
    blanks = re.findall(r"<(\w+):\w+>", route)
    form = re.sub(r"<\w+:\w+>", "{}", route)
    return [f"/{form.format(*values)}" for values in product(*(FILLED[blank] for blank in blanks))]


def document() -> str:
    """`docs/reference/permission-matrix.md`."""
    guarded = [line for line in lines() if line.permission is not None]
    head = "| Address | Permission | " + " | ".join(role.value.replace("_", " ") for role in ROLES) + " |"
    rule = "| --- | --- |" + " :-: |" * len(ROLES)
    body = [
        f"| `/{_plain(line.route)}` | `{line.permission}` | "
        + " | ".join(_cell(role, line.permission) for role in ROLES if line.permission is not None)
        + " |"
        for line in guarded
    ]
    public = _reasons([line for line in lines() if line.permission is None])
    others = []
    for face, said in OTHER_FACES.items():
        others += ["", f"## {said}", "", *_HEAD, *_reasons(elsewhere(face))]
    return "\n".join([*_ABOUT, head, rule, *body, *_PUBLIC, *public, *others, ""])


def _reasons(found: list[Line]) -> list[str]:
    return [f"| `/{_plain(line.route)}` | {line.reason} |" for line in found]


def _cell(role: Role, permission: StrEnum) -> str:
    if not may(role, permission):
        return "·"
    return "yes" if may(role, permission, guest=True) else "own"


def _plain(route: str) -> str:
    for kind in ("id", "slug", "path", "str", *FILLED):
        route = route.replace(f"<{kind}:", "<")
    return route


_ABOUT = [
    "# Permission matrix",
    "",
    "Generated from `core/access/roles.py` and the console's addresses; a test compares it, and another opens every address as every role.",
    "",
    "- **yes**: the page opens, if it is about a case on one's own caseload or about no case. It opens about a *party's* case too: one",
    "  that another agency leads, shares with one's own, and opened to one by name. A case that is only a colleague's, or is another",
    "  agency's, answers 404, as if it were not there: row-level security asks the caseload, not the page. A person's request opens",
    "  to the role that answers its kind, on any case of its agency.",
    "- **own**: as yes for the cases that one's own agency leads; 403 while one works on a party's case.",
    "- **·**: 403, whatever the case.",
    "- Nobody signed in: to the sign-in page.",
    "- What a page then *does* is checked again by its action: two people where two are due, states, and once more by signer and vault.",
    "",
]
_HEAD = ["| Address | Reason |", "| --- | --- |"]
_PUBLIC = ["", "Open to anybody, and why:", "", *_HEAD]
