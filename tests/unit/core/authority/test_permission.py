"""What a permission and an exclusion need, and when they count (R-LEG-15, R-LEG-27)."""

import pytest

from offmon.core.authority.permission import (
    LONGEST_MS,
    Answered,
    check_asked,
    check_exclusion,
    check_permission,
    still_counts,
)
from offmon.core.authority.silence import SilenceReason, Week
from offmon.core.clock import DAY_MS, Period
from offmon.core.ids import Count, Ms
from tests.prove.markers import proves
from tests.unit.core.samples import code_of

NOW = Ms(1_790_000_000_000)
MORNING = Week((Count(7),), Count(540), Count(720))
WORK, PERMISSION = SilenceReason.WORK, SilenceReason.PERMISSION


@pytest.mark.parametrize(
    ("until", "said", "code"),
    [
        (NOW + DAY_MS, "You may.", None),
        (NOW + LONGEST_MS, "You may.", None),
        (NOW + LONGEST_MS + 1, "You may.", "permission-too-long"),
        (None, "You may.", "permission-too-long"),
        (NOW + DAY_MS, " ", "no-text"),
    ],
)
def test_a_permission_ends_and_says_what_it_permits(until: int | None, said: str, code: str | None) -> None:
    assert code_of(check_permission, Period(NOW, None if until is None else Ms(until)), said) == code


@pytest.mark.parametrize(
    ("why", "site", "week", "code"),
    [
        (WORK, None, MORNING, None),
        (WORK, "work.example", None, None),
        (WORK, "work.example", MORNING, "time-or-site"),
        (WORK, None, None, "time-or-site"),
        (PERMISSION, None, MORNING, "other-reason"),
        (WORK, None, Week((), Count(540), Count(720)), "no-such-week"),
        (WORK, None, Week((Count(1),), Count(720), Count(720)), "no-such-week"),
        (WORK, None, Week((Count(1),), Count(1320), Count(1500)), "no-such-week"),
    ],
)
def test_an_exclusion_is_a_weekly_time_or_a_site(
    why: SilenceReason, site: str | None, week: Week | None, code: str | None
) -> None:
    assert code_of(check_exclusion, why, site, week, "At work.") == code


@pytest.mark.parametrize(
    ("what", "answers", "code"),
    [
        ("R-LEG-27 nobody asked", [], "exclusions-not-asked"),
        ("R-LEG-27 none claimed", [Answered(None, None)], None),
        ("R-LEG-27 one holds", [Answered(WORK, None)], None),
        ("R-LEG-27 the only one was removed", [Answered(WORK, NOW)], "exclusions-not-asked"),
        ("R-LEG-27 a permission is no answer", [Answered(PERMISSION, None)], "exclusions-not-asked"),
    ],
)
@proves("S178", check_asked, disabled=lambda answers: None)
def test_nobody_authorises_before_the_person_was_asked(what: str, answers: list[Answered], code: str | None) -> None:
    assert code_of(check_asked, answers) == code


@pytest.mark.parametrize(
    ("what", "why", "ended_at", "settled_at", "counts"),
    [
        ("R-LEG-15 a permission goes on", PERMISSION, None, NOW - DAY_MS, True),
        ("R-LEG-15 it ended before the lease", PERMISSION, NOW, NOW - DAY_MS, False),
        ("R-LEG-27 an exclusion goes on", WORK, None, NOW, True),
        ("R-LEG-27 removed since it was authorised", WORK, NOW, NOW - 1, True),
        ("R-LEG-27 removed, then authorised anew and told", WORK, NOW, NOW, False),
    ],
)
def test_what_is_removed_widens_nothing_by_itself(
    what: str, why: SilenceReason, ended_at: Ms | None, settled_at: int, counts: bool
) -> None:
    assert still_counts(why, ended_at, Ms(settled_at), NOW) is counts
