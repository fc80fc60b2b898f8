"""Settings, least intrusive first; their forecast; and the answer that must be this case's own (R-LEG-24)."""

from dataclasses import replace

import pytest

from offmon.core.authority.capability import DETECTING, Capability
from offmon.core.authority.profile import Choice, Schedule8, Sensitive, Setting
from offmon.core.authority.settings import (
    Raised,
    Seen,
    check_own_answer,
    chosen_of,
    forecast,
    lower_than,
    settings_of,
    still_raised,
)
from offmon.core.clock import DAY_MS, Period
from offmon.core.ids import Id, Versioned
from offmon.core.log.records import check_authorised
from tests.prove.markers import proves
from tests.unit.core.log.test_records import AUTHORISATION
from tests.unit.core.samples import NOW, code_of, ident

TERM, PLAIN, SHAMEFUL, WORDS, SHAMEFUL_WORDS = map(ident, ("term", "plain", "shameful", "words", "shameful words"))
SENSITIVE = {SHAMEFUL, SHAMEFUL_WORDS}
WHY = Sensitive("Nothing less shows it.", Schedule8.JUSTICE, ident("policy"), Period(NOW, None))


def choice(kind: Capability, *lists: Id) -> Choice:
    return Choice(kind, (TERM,), lists, WHY if SENSITIVE & set(lists) else None)


def lists_of(setting: Setting) -> set[Id]:
    return {one for choice in setting.choices for one in choice.lists}


@pytest.mark.parametrize(
    ("sites", "phrases", "expected"),
    [
        ([PLAIN], [], [{PLAIN}]),
        ([], [WORDS], [{WORDS}]),
        ([PLAIN, ident("another plain")], [], [{PLAIN, ident("another plain")}]),
        ([PLAIN], [WORDS], [{PLAIN}, {PLAIN, WORDS}]),
        ([PLAIN, SHAMEFUL], [], [{PLAIN}, {PLAIN, SHAMEFUL}]),
        ([PLAIN, SHAMEFUL], [WORDS], [{PLAIN}, {PLAIN, SHAMEFUL}, {PLAIN, SHAMEFUL, WORDS}]),
        ([SHAMEFUL], [WORDS], [{SHAMEFUL}, {SHAMEFUL, WORDS}]),  # a page is read: that is more
        (
            [PLAIN, SHAMEFUL],
            [WORDS, SHAMEFUL_WORDS],
            [{PLAIN}, {PLAIN, SHAMEFUL}, {PLAIN, SHAMEFUL, WORDS, SHAMEFUL_WORDS}],
        ),
    ],
)
def test_which_settings_a_draft_gives(sites: list[Id], phrases: list[Id], expected: list[set[Id]]) -> None:
    parts = ((Capability.SITE, sites), (Capability.PHRASE, phrases))
    choices = tuple(choice(kind, *lists) for kind, lists in parts if lists)
    found = settings_of(choices, SENSITIVE)
    assert [lists_of(one) for one in found] == expected
    assert found[-1] == Setting(choices)
    for setting in found:
        for one in setting.choices:  # the three answers go with a list of sensitive data, and with no other
            assert (one.sensitive is None) == SENSITIVE.isdisjoint(one.lists)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ((), [[Capability.HISTORY_KEPT]]),
        ((choice(Capability.SITE, PLAIN),), [[Capability.HISTORY_KEPT], [Capability.HISTORY_KEPT, Capability.SITE]]),
        (
            (choice(Capability.SITE, PLAIN, SHAMEFUL), choice(Capability.PHRASE, WORDS)),
            [
                [Capability.HISTORY_KEPT],
                [Capability.HISTORY_KEPT, Capability.SITE],
                [Capability.HISTORY_KEPT, *DETECTING],
            ],
        ),
    ],
)
def test_a_history_that_is_only_kept_is_the_lowest_setting(
    more: tuple[Choice, ...], expected: list[list[Capability]]
) -> None:
    found = settings_of((choice(Capability.HISTORY_KEPT), *more), SENSITIVE)
    assert [{one.capability for one in setting.choices} for setting in found] == [set(kinds) for kinds in expected]
    assert forecast(found[0], {}) == 0  # it sends nothing, so nothing raises an alert


def test_what_follows_findings_is_in_the_highest_setting_alone() -> None:
    choices = (choice(Capability.SITE, PLAIN, SHAMEFUL), choice(Capability.PHRASE, WORDS), choice(Capability.CONTEXT))
    found = settings_of(choices, SENSITIVE)
    assert [any(one.capability is Capability.CONTEXT for one in each.choices) for each in found] == [False, False, True]
    assert found[-1] == Setting(choices)


def test_one_of_them_is_chosen_and_the_whole_where_nobody_says_which() -> None:
    offered = settings_of((choice(Capability.SITE, PLAIN), choice(Capability.PHRASE, WORDS)), SENSITIVE)
    assert (chosen_of(offered, 0), chosen_of(offered, 1), chosen_of(offered, None)) == (*offered, offered[1])
    assert {code_of(chosen_of, offered, number) for number in (-1, 2)} == {"not-offered"}


@proves("S169", check_authorised, disabled=lambda authorisation: None)
def test_what_was_authorised_is_a_setting_that_was_offered() -> None:
    whole = (choice(Capability.SITE, PLAIN), choice(Capability.PHRASE, WORDS))
    offered = settings_of(whole, SENSITIVE)
    for setting in offered:
        check_authorised(replace(AUTHORISATION, choices=setting.choices, offered=offered))
    wider = (*whole, choice(Capability.SITE, SHAMEFUL))
    assert code_of(check_authorised, replace(AUTHORISATION, choices=wider, offered=offered)) == "not-offered"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({}, None),
        ({PLAIN: Seen(9, 70 * DAY_MS)}, None),  # nothing is known of the other list
        ({PLAIN: Seen(9, 70 * DAY_MS), WORDS: Seen(0, 27 * DAY_MS)}, None),
        ({PLAIN: Seen(9, 70 * DAY_MS), WORDS: Seen(0, 28 * DAY_MS)}, 0.9),
        ({PLAIN: Seen(0, 70 * DAY_MS), WORDS: Seen(0, 70 * DAY_MS)}, 0.0),
    ],
)
def test_a_forecast_needs_four_weeks_of_each_list(seen: dict[Id, Seen], expected: float | None) -> None:
    both = Setting((choice(Capability.SITE, PLAIN), choice(Capability.PHRASE, WORDS)))
    assert forecast(both, seen) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ("Visits alone missed two sites in May.", None),
        ("No.", "too-short-answer"),
        ("  . . .  ", "too-short-answer"),
        ("Visits were tried and failed.", "same-answer"),
        (" VISITS were  tried,\nand failed", "same-answer"),
        ("Visits were tried and failed again.", None),
    ],
)
def test_why_less_is_not_enough_is_this_case_s_own(answer: str, refused: str | None) -> None:
    assert code_of(check_own_answer, answer, ["Visits were tried and failed."]) == refused


NAMES = {PLAIN: Versioned("plain@2"), SHAMEFUL: Versioned("shameful@1"), WORDS: Versioned("words@1")}
BY_PLAIN, BY_OLDER, BY_SHAMEFUL, BY_WORDS = (
    Raised(kind, Versioned(name), 2)
    for kind, name in (
        (Capability.SITE, "plain@2"),
        (Capability.SITE, "plain@1"),
        (Capability.SITE, "shameful@1"),
        (Capability.PHRASE, "words@1"),
    )
)
EVERY = (BY_PLAIN, BY_OLDER, BY_SHAMEFUL, BY_WORDS)
WHOLE = (choice(Capability.HISTORY_KEPT), choice(Capability.SITE, PLAIN, SHAMEFUL), choice(Capability.PHRASE, WORDS))


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (Setting((choice(Capability.HISTORY_KEPT),)), ()),  # it sends nothing
        (Setting((choice(Capability.SITE, PLAIN),)), (BY_PLAIN, BY_OLDER)),  # an earlier version is the same list
        (Setting((choice(Capability.PHRASE, WORDS),)), (BY_WORDS,)),
        (Setting((choice(Capability.PHRASE, PLAIN),)), ()),  # the list of another type of collection
        (Setting((choice(Capability.SITE, ident("gone")),)), ()),  # a list that is no longer live
        (Setting(WHOLE), EVERY),
    ],
)
def test_what_a_lower_setting_would_have_raised(setting: Setting, expected: tuple[Raised, ...]) -> None:
    assert still_raised(setting, EVERY, NAMES) == expected


def test_lower_settings_are_those_before_the_one_that_was_authorised() -> None:
    offered = settings_of(WHOLE, SENSITIVE)
    assert [lower_than(offered, one.choices) for one in offered] == [offered[:0], offered[:1], offered[:2]]
    assert lower_than((), WHOLE) == ()  # an authorisation of before there were settings
