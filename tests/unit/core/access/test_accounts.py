"""Which roles an administrator can give, when two must, and which password one may choose: truth tables (R-SEC-9)."""

from contextlib import nullcontext

import pytest

from offmon.core.access.accounts import STAFF_ROLES, AccountAct, check_closes, check_password, takes_two
from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id

ONE_IS_ENOUGH = {Role.OFFENDER_MANAGER, Role.EVIDENCE_OFFICER, Role.DUTY_INSPECTOR}
ANA, BEN = Id("a" * 32), Id("b" * 32)


def test_every_role_of_staff_can_be_given_and_no_other() -> None:
    assert set(Role) - set(STAFF_ROLES) == {Role.SUPPLIER_OPERATOR, Role.SERVICE, Role.SUPERVISED_PERSON}


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_whoever_answers_or_watches_others_gets_the_role_from_two_and_so_everybody_a_password(role: Role) -> None:
    asked = {act: takes_two(act, role) for act in AccountAct}
    assert asked == {
        **dict.fromkeys(AccountAct, role not in ONE_IS_ENOUGH),
        AccountAct.RESET: True,
        AccountAct.ROLE: True,
    }


@pytest.mark.parametrize(
    ("whose", "managers", "refused"),
    [(BEN, {ANA, BEN}, None), (BEN, {ANA}, None), (ANA, {ANA, BEN}, "own-account"), (BEN, {BEN}, "last-administrator")],
)
def test_nobody_closes_their_own_account_or_the_last_that_manages(
    whose: Id, managers: set[Id], refused: str | None
) -> None:
    with nullcontext() if refused is None else pytest.raises(Refused, match=refused):
        check_closes(whose, ANA, managers, set())


@pytest.mark.parametrize(("watchers", "refused"), [({BEN}, "last-watcher"), ({ANA, BEN}, None), ({ANA}, None)])
def test_nor_the_last_that_reads_the_log(watchers: set[Id], refused: str | None) -> None:
    with nullcontext() if refused is None else pytest.raises(Refused, match=refused):
        check_closes(BEN, ANA, {ANA}, watchers)


@pytest.mark.parametrize(
    ("new", "refused"),
    [
        ("a" * 12, None),
        ("a" * 11, "short-password"),
        ("a" * 200, None),
        ("a" * 201, "long-password"),
        ("Morgan.Invented-1", "own-name-password"),
        ("Morgan likes green tea", None),
    ],
)
def test_a_password_is_long_enough_and_not_ones_own_name(new: str, refused: str | None) -> None:
    with nullcontext() if refused is None else pytest.raises(Refused, match=refused):
        check_password(new, "j.morgan", "Jo Invented")
