"""Where and when nothing is collected: permissions and exclusions, as truth tables (R-LEG-15, R-LEG-27)."""

from dataclasses import replace
from datetime import datetime

import pytest

from offmon.core.authority.leaving import decide
from offmon.core.authority.may_leave import No, RefusalReason, admit, admit_by_meaning
from offmon.core.authority.silence import ListedEntry, Silence, SilenceReason, Week, is_silenced
from offmon.core.clock import DAY_MS, HOUR_MS, LONDON, MINUTE_MS, Period
from offmon.core.formats.event import Disclosure
from offmon.core.ids import Count, Id, Ms, Slug
from tests.prove.markers import proves
from tests.unit.core.samples import FINDING, LICENCE_TERM, NOW, SHPO_TERM, SITES, claim_on, ident, profile

PROFILE = profile()
HERE = ListedEntry(FINDING.list.id, FINDING.rule)
DAY = Period(Ms(NOW - HOUR_MS), Ms(NOW + HOUR_MS))
SHPO, LICENCE = SHPO_TERM.id, LICENCE_TERM.id
PERMITTED = Silence(
    ident("silence"), SilenceReason.PERMISSION, (SHPO,), (HERE,), None, None, DAY, "You may.", None, "Ash"
)
WORK = Week(tuple(map(Count, (1, 2, 3, 4, 5))), Count(9 * 60), Count(17 * 60))
AT_WORK = replace(PERMITTED, why=SilenceReason.WORK, terms=(), entries=(), week=WORK, given_by=None)

BESIDE, ELSEWHERE = ListedEntry(HERE.list, Slug("beside")), ListedEntry(ident("other"), HERE.rule)
OF_LICENCE, EXCLUDED = (
    replace(PERMITTED, terms=(LICENCE,)),
    replace(PERMITTED, why=SilenceReason.RELIGION, terms=(), site="a.example"),
)
UNLISTED = replace(EXCLUDED, entries=())


@pytest.mark.parametrize(
    ("what", "silences", "claimed", "silenced"),
    [
        ("R-LEG-15 no silence", (), ((SHPO,), NOW, HERE), False),
        ("R-LEG-15 as permitted", (PERMITTED,), ((SHPO,), NOW, HERE), True),
        ("R-LEG-15 its first moment", (PERMITTED,), ((SHPO,), DAY.since, HERE), True),
        ("R-LEG-15 a minute before", (PERMITTED,), ((SHPO,), DAY.since - MINUTE_MS, HERE), False),
        ("R-LEG-15 its last moment", (PERMITTED,), ((SHPO,), NOW + HOUR_MS - 1, HERE), True),
        ("R-LEG-15 its end", (PERMITTED,), ((SHPO,), NOW + HOUR_MS, HERE), False),
        ("R-LEG-15 the entry beside", (PERMITTED,), ((SHPO,), NOW, BESIDE), False),
        ("R-LEG-15 that name on another list", (PERMITTED,), ((SHPO,), NOW, ELSEWHERE), False),
        ("R-LEG-15 another condition", (PERMITTED,), ((LICENCE,), NOW, HERE), False),
        ("R-LEG-15 another condition too", (PERMITTED,), ((SHPO, LICENCE), NOW, HERE), False),
        ("R-LEG-15 both, each permitted", (PERMITTED, OF_LICENCE), ((SHPO, LICENCE), NOW, HERE), True),
        ("R-LEG-15 it rests on no condition", (PERMITTED,), ((), NOW, HERE), False),
        ("R-LEG-15 a permission is of one place", (PERMITTED,), ((SHPO,), NOW, None), False),
        ("R-LEG-27 a site, whatever the condition", (EXCLUDED,), ((LICENCE,), NOW, HERE), True),
        ("R-LEG-27 and no place beside it", (EXCLUDED,), ((LICENCE,), NOW, BESIDE), False),
        ("R-LEG-27 and not everywhere", (EXCLUDED,), ((), NOW, None), False),
        ("R-LEG-27 a site of which no list has an entry", (UNLISTED,), ((SHPO,), NOW, HERE), False),
    ],
)
@proves("S177", is_silenced, disabled=lambda silences, terms, at, entry=None: False)
def test_what_is_silenced(
    what: str, silences: tuple[Silence, ...], claimed: tuple[tuple[Id, ...], int, ListedEntry | None], silenced: bool
) -> None:
    terms, at, entry = claimed
    assert is_silenced(silences, terms, Ms(at), entry) == silenced


@pytest.mark.parametrize(
    ("local", "within"),
    [
        ("2026-03-27 08:59", False),  # a Friday of winter time
        ("2026-03-27 09:00", True),
        ("2026-03-27 16:59", True),
        ("2026-03-27 17:00", False),
        ("2026-03-28 12:00", False),  # a Saturday
        ("2026-03-30 08:59", False),  # the Monday after clocks went forward
        ("2026-03-30 09:00", True),
        ("2026-03-30 17:00", False),
        ("2026-10-23 16:59", True),
        ("2026-10-26 09:00", True),  # the Monday after they went back
        ("2026-10-26 17:00", False),
    ],
)
def test_a_weekly_time_is_that_of_the_clock_on_the_wall(local: str, within: bool) -> None:
    at = Ms(int(datetime.fromisoformat(local).replace(tzinfo=LONDON).timestamp() * 1000))
    always = replace(AT_WORK, period=Period(Ms(0), None))
    assert is_silenced([always], (), at) == is_silenced([always], (SHPO,), at, HERE) == within


def test_what_is_permitted_neither_leaves_nor_stays() -> None:
    disclosed = decide(PROFILE, FINDING, NOW)
    assert isinstance(disclosed, Disclosure)
    both = tuple(replace(PERMITTED, terms=(term,)) for term in disclosed.claim.terms)
    silent = replace(PROFILE, silences=both)
    no = No(RefusalReason.SILENCED)
    named = next(one for one in PROFILE.grants if one.id == disclosed.claim.grant)
    assert decide(silent, FINDING, NOW) == admit(silent, disclosed.claim, NOW) == no
    assert admit_by_meaning(silent, disclosed.claim, named) == no
    assert decide(replace(PROFILE, silences=both[:1]), FINDING, NOW) == disclosed
    late = replace(FINDING, event_at=Ms(NOW - DAY_MS))
    assert decide(silent, late, NOW) == decide(PROFILE, late, NOW)
    assert claim_on(PROFILE).list == SITES.ref
