"""When another agency may take a case over: a row a case."""

from datetime import date, timedelta

import pytest

from offmon.core.access.roles import OF_AN_AGENCY, Permission, Role, may
from offmon.core.access.transfer import MOST_DAYS, check_accepted, check_proposed, check_settled
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms, Slug
from offmon.core.log.attribution import leads_by
from offmon.core.log.audit import AuditEntry, EntryActor, EntryOutcome, Touched, Verb
from tests.unit.core.samples import ident

A, B, C = (ident(name) for name in ("agency A", "agency B", "agency C"))
TODAY = date(2026, 12, 1)
MANAGER = Role.OFFENDER_MANAGER


def code(check, *given) -> str | None:  # type: ignore[no-untyped-def]  # of any rule
    try:
        check(*given)
    except Refused as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(
    ("receiver", "reason", "days", "expected"),
    [
        (B, "They moved.", 0, None),
        (B, "They moved.", MOST_DAYS, None),
        (A, "They moved.", 0, "not-another-agency"),
        (B, "  ", 0, "no-reason"),
        (B, "They moved.", -1, "transfer-day"),
        (B, "They moved.", MOST_DAYS + 1, "transfer-day"),
    ],
)
def test_what_may_be_proposed(receiver: Id, reason: str, days: int, expected: str | None) -> None:
    assert code(check_proposed, A, receiver, reason, TODAY + timedelta(days=days), TODAY) == expected


@pytest.mark.parametrize(
    ("day", "officer", "expected"),
    [
        (0, (B, MANAGER), None),
        (-3, (B, MANAGER), None),
        (1, (B, MANAGER), "transfer-early"),
        (0, (A, MANAGER), "transfer-officer"),
        (0, (B, Role.SUPERVISOR), "transfer-officer"),
        (0, None, "transfer-officer"),
    ],
)
def test_what_may_be_accepted(day: int, officer: tuple[Id, Role] | None, expected: str | None) -> None:
    assert code(check_accepted, TODAY + timedelta(days=day), TODAY, B, officer) == expected


@pytest.mark.parametrize(("waits", "expected"), [((), None), (("a bundle waits",), "transfer-waits")])
def test_nothing_moves_while_something_waits(waits: tuple[str, ...], expected: str | None) -> None:
    assert code(check_settled, waits) == expected


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_who_took_a_case_over_does_there_what_is_about_a_case(role: Role, permission: Permission) -> None:
    assert may(role, permission, took_over=True) is (may(role, permission) and permission not in OF_AN_AGENCY)


def entry(
    verb: Verb, agency: Id, at: int, row: str = "1", role: Role = Role.SUPERVISOR, *, allowed: bool = True
) -> AuditEntry:
    touched = (Touched(Slug("transfer-offer"), ident(row), "0" * 64),)  # type: ignore[arg-type]  # any digest
    outcome = EntryOutcome.ALLOWED if allowed else EntryOutcome.DENIED
    actor = EntryActor(ident(f"{agency} {verb}"), role, None, agency)
    empty = (None,) * 7
    return AuditEntry(Ms(at), A, ident("case"), verb, verb.operation, outcome, actor, *empty, touched)


APPROVED, ACCEPTED = Verb.TRANSFER_APPROVED, Verb.TRANSFER_ACCEPTED


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([], (A,)),
        ([entry(APPROVED, A, 1)], (A,)),
        ([entry(ACCEPTED, B, 2)], (A,)),  # nobody approved
        ([entry(APPROVED, A, 1), entry(ACCEPTED, B, 2)], (A, B)),
        ([entry(APPROVED, A, 1), entry(ACCEPTED, B, 9)], (A,)),  # later than asked
        ([entry(APPROVED, A, 1), entry(ACCEPTED, B, 2, "2")], (A,)),  # of another offer
        ([entry(APPROVED, B, 1), entry(ACCEPTED, B, 2)], (A,)),  # not the lead's approval
        ([entry(APPROVED, A, 1, role=MANAGER), entry(ACCEPTED, B, 2)], (A,)),
        ([entry(APPROVED, A, 1), entry(ACCEPTED, B, 2, role=MANAGER)], (A,)),
        ([entry(APPROVED, A, 1), entry(ACCEPTED, B, 2, allowed=False)], (A,)),
        ([entry(APPROVED, A, 1), entry(ACCEPTED, B, 2), entry(ACCEPTED, C, 3)], (A, B)),  # used once
        (
            [entry(APPROVED, A, 1), entry(ACCEPTED, B, 2), entry(APPROVED, A, 3, "2"), entry(ACCEPTED, C, 4, "2")],
            (A, B),
        ),
        (
            [entry(APPROVED, A, 1), entry(ACCEPTED, B, 2), entry(APPROVED, B, 3, "2"), entry(ACCEPTED, C, 4, "2")],
            (A, B, C),
        ),
        (
            [entry(APPROVED, A, 1), entry(ACCEPTED, B, 2), entry(APPROVED, B, 3, "2"), entry(ACCEPTED, A, 4, "2")],
            (A, B, A),
        ),
    ],
)
def test_the_log_says_who_leads_a_case(log: list[AuditEntry], expected: tuple[Id, ...]) -> None:
    assert leads_by(log, A, Ms(5)) == expected
