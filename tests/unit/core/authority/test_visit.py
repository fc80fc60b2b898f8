"""What is settled at an install visit before a device is enrolled: truth tables (R-LEG-15, R-LEG-32)."""

from dataclasses import replace

import pytest

from offmon.core.authority.order import DeviceKind
from offmon.core.authority.visit import (
    Access,
    Accounts,
    DeviceAnswers,
    InstallVisit,
    Others,
    PasswordKeeper,
    Told,
    VisitStep,
    check_device,
    check_others,
    may_open,
    next_step,
    steps_done,
)
from offmon.core.ids import Ms
from tests.unit.core.samples import NOW, SHPO_TERM, code_of, ident

PHONE = replace(SHPO_TERM, device_kinds=(DeviceKind.PHONE,))
EACH = SHPO_TERM
OWN = DeviceAnswers(DeviceKind.COMPUTER, Access.OWN_AGREED, "", PasswordKeeper.PERSON)
BEGUN = InstallVisit(ident("visit"), ident("officer"), NOW, Others(0, 0, None, None), None, None, None, None, None)


@pytest.mark.parametrize(
    ("kind", "access", "permission", "terms", "refused"),
    [
        (DeviceKind.COMPUTER, Access.OWN_AGREED, "", [EACH], None),
        (DeviceKind.COMPUTER, Access.OWN_REQUIRED, "", [EACH], None),
        (DeviceKind.COMPUTER, Access.NO_PERMISSION, "", [EACH], "no-permission"),
        (DeviceKind.COMPUTER, Access.NO_PERMISSION, "They will not mind.", [EACH], "no-permission"),
        (DeviceKind.COMPUTER, Access.OWNER_PERMITS, " ", [EACH], "permission-not-recorded"),
        (DeviceKind.COMPUTER, Access.OWNER_PERMITS, "By letter of 3 March.", [EACH], None),
        (DeviceKind.COMPUTER, Access.OWN_AGREED, "", [PHONE], "kind-not-covered"),
        (DeviceKind.PHONE, Access.OWN_AGREED, "", [PHONE], None),
        (DeviceKind.PHONE, Access.OWN_AGREED, "", [EACH, PHONE], None),
        (DeviceKind.COMPUTER, Access.OWN_AGREED, "", [EACH, PHONE], "kind-not-covered"),
        (DeviceKind.COMPUTER, Access.OWNER_PERMITS, "By letter.", [PHONE], "kind-not-covered"),
    ],
)
def test_which_device_may_be_enrolled(
    kind: DeviceKind, access: Access, permission: str, terms: list[object], refused: str | None
) -> None:
    """R-LEG-15: a condition that names phones covers no laptop. R-LEG-32: nobody else's device without their permission."""
    about = replace(OWN, kind=kind, access=access, permission=permission)
    assert code_of(check_device, about, terms) == refused


@pytest.mark.parametrize(
    ("others", "refused"),
    [
        (Others(0, 0, None, None), None),
        (Others(2, 1, Told.BOTH, Accounts.OWN), None),
        (Others(2, 3, Told.BOTH, Accounts.OWN), "others-met"),
        (Others(2, -1, Told.BOTH, Accounts.OWN), "others-met"),
        (Others(51, 1, Told.BOTH, Accounts.OWN), "others-met"),
        (Others(1, 0, None, Accounts.OWN), "others-not-told"),
        (Others(1, 1, Told.WRITTEN, None), "others-not-told"),
    ],
)
def test_whoever_else_uses_the_device_is_told(others: Others, refused: str | None) -> None:
    assert code_of(check_others, others) == refused


def test_the_first_step_that_is_not_done_comes_next() -> None:
    """In each order of filling in, nothing is opened before what comes before it."""
    assert next_step(steps_done(None, noticed=True)) is VisitStep.OTHERS
    assert next_step(steps_done(BEGUN, noticed=True)) is VisitStep.DEVICE
    settled = replace(BEGUN, about=OWN)
    assert next_step(steps_done(settled, noticed=False)) is VisitStep.NOTICE
    enrolled = replace(settled, device=ident("device"))
    assert next_step(steps_done(enrolled, noticed=False)) is VisitStep.NOTICE
    assert next_step(steps_done(enrolled, noticed=True)) is VisitStep.TEST
    marked = steps_done(replace(enrolled, marked_at=NOW), noticed=True)
    assert next_step(marked) is VisitStep.HAND_OVER
    assert all(may_open(step, marked) for step in VisitStep)
    assert not may_open(VisitStep.INSTALL, steps_done(settled, noticed=False))
    ended = steps_done(replace(enrolled, marked_at=NOW, ended_at=Ms(NOW + 1)), noticed=True)
    assert next_step(ended) is VisitStep.HAND_OVER
