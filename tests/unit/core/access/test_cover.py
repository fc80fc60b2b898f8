"""Who may cover for whom, and for how long."""

import pytest

from offmon.core import clock
from offmon.core.access.cover import MOST_DAYS, check_cover, check_giver
from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from tests.prove.markers import proves
from tests.unit.core.samples import code_of

NOW = Ms(1_800_000_000_000)
WEEK = Ms(NOW + 7 * clock.DAY_MS)
AWAY = (Id("1" * 32), Id("a" * 32), Role.OFFENDER_MANAGER)
BY = (Id("2" * 32), Id("a" * 32), Role.OFFENDER_MANAGER)


def test_a_colleague_in_the_same_role_covers_up_to_eight_weeks() -> None:
    check_cover(AWAY, BY, WEEK, NOW)
    check_cover(AWAY, BY, Ms(NOW + MOST_DAYS * clock.DAY_MS), NOW)


@proves("S137", check_cover, disabled=lambda away, by, until, now: None)
@pytest.mark.parametrize(
    ("by", "until"),
    [
        (AWAY, WEEK),
        ((BY[0], Id("b" * 32), BY[2]), WEEK),
        ((BY[0], BY[1], Role.SUPERVISOR), WEEK),
        (BY, NOW),
        (BY, Ms(NOW + MOST_DAYS * clock.DAY_MS + 1)),
    ],
)
def test_nobody_else_does_and_not_for_longer(by: tuple[Id, Id, Role], until: Ms) -> None:
    with pytest.raises(Refused):
        check_cover(AWAY, by, until, NOW)


@pytest.mark.parametrize(
    ("given_by", "role", "by_is_away", "refused"),
    [
        (AWAY[0], Role.OFFENDER_MANAGER, False, None),
        (Id("3" * 32), Role.SUPERVISOR, False, None),
        (BY[0], Role.OFFENDER_MANAGER, False, "cover-of-another"),  # nobody takes a colleague's cases
        (Id("3" * 32), Role.OFFENDER_MANAGER, False, "cover-of-another"),
        (AWAY[0], Role.OFFENDER_MANAGER, True, "cover-away"),
        (Id("3" * 32), Role.SUPERVISOR, True, "cover-away"),
    ],
)
def test_whoever_is_away_or_a_supervisor_gives_it_to_somebody_who_is_there(
    given_by: Id, role: Role, *, by_is_away: bool, refused: str | None
) -> None:
    assert code_of(check_giver, AWAY[0], by_is_away, given_by, role) == refused
