"""A browser that runs unheard, or on another display than the indicator, as a table."""

import os
from dataclasses import dataclass, field, replace

from offmon.agent.presence import browser_placement
from offmon.agent.presence.states import MEASURE_HOLDS_MS
from offmon.agent.sources.browsers import (
    BEGINS_MS,
    ENDS_MS,
    MAX_KNOWN,
    ON_THE_WAY_MS,
    QUIET_TICKS,
    Browsers,
    Heard,
    RunningProcess,
    look,
)
from offmon.core.ids import Ms
from tests.prove.markers import proves

T = Ms(1_800_000_000_000)
TICKS = os.sysconf("SC_CLK_TCK")
BROWSER, SHIM = 100, 101


@dataclass
class Machine:
    """Processes, which of them have a window beside the indicator, and a clock that the test sets."""

    uptime: int = 1_000_000
    runs: dict[int, RunningProcess] = field(default_factory=dict)
    beside: frozenset[int] = frozenset({BROWSER})

    def begin(self, pid: int, parent: int, ago_ms: int = 0) -> None:
        self.runs[pid] = RunningProcess(pid, parent, (self.uptime - ago_ms) * TICKS // 1000)

    def browsers(self, known: tuple[RunningProcess, ...] = ()) -> Browsers:
        return Browsers(known, T, lambda talk: self.beside & talk, self.runs.get, lambda: self.uptime)


def heard(ago_ms: int = 0) -> tuple[Machine, Browsers]:
    machine = Machine()
    machine.begin(BROWSER, 1, ago_ms)
    machine.begin(SHIM, BROWSER)
    return machine, machine.browsers()


def talking(ago_ms: int = 0) -> tuple[Machine, Browsers]:
    """A browser that said hello at `T`."""
    machine, browsers = heard(ago_ms)
    browsers.hello(1, SHIM, T)
    return machine, browsers


def test_a_browser_that_says_hello_as_it_begins_missed_nothing() -> None:
    _, browsers = heard(ago_ms=BEGINS_MS)
    assert browsers.hello(1, SHIM, T) == Heard(None)
    browsers.measure(Ms(T + 10 * ENDS_MS))
    assert browsers.silent_since(Ms(T + 10 * ENDS_MS)) is None


def test_a_browser_that_ran_before_it_was_heard_was_unheard_since_it_began() -> None:
    _, browsers = heard(ago_ms=BEGINS_MS + 1000)
    assert browsers.hello(1, SHIM, T) == Heard(Ms(T - BEGINS_MS - 1000))


def test_a_browser_that_stops_talking_and_runs_on_is_silent_since_a_moment_before_until_it_talks() -> None:
    _, browsers = talking()
    browsers.gone(1, Ms(T + 5))
    assert browsers.silent_since(Ms(T + 5 + ENDS_MS - 1)) is None
    assert browsers.silent_since(Ms(T + 5 + ENDS_MS)) == T + 5 - ON_THE_WAY_MS
    assert browsers.hello(2, SHIM, Ms(T + 9000)) == Heard(Ms(T + 5 - ON_THE_WAY_MS))
    browsers.measure(Ms(T + 99000))
    assert browsers.silent_since(Ms(T + 99000)) is None


def test_a_browser_that_ends_is_not_silent() -> None:
    machine, browsers = talking()
    browsers.gone(1, T)
    del machine.runs[BROWSER]
    assert browsers.silent_since(Ms(T + ENDS_MS)) is None


def test_another_process_under_the_number_of_an_ended_browser_is_not_that_browser() -> None:
    machine, browsers = talking(ago_ms=60_000)
    browsers.gone(1, T)
    machine.begin(BROWSER, 1)
    assert browsers.silent_since(Ms(T + ENDS_MS)) is None


def test_a_browser_with_two_profiles_is_heard_while_one_of_them_talks() -> None:
    _, browsers = talking()
    assert browsers.hello(2, SHIM, Ms(T + 60_000)) == Heard(None)
    browsers.gone(1, Ms(T + 60_000))
    assert browsers.silent_since(Ms(T + 60_000 + ENDS_MS)) is None
    browsers.gone(2, Ms(T + 60_007))
    assert browsers.silent_since(Ms(T + 60_007 + ENDS_MS)) == T + 60_007 - ON_THE_WAY_MS


def test_while_a_silent_browser_may_be_about_to_end_it_may_be_silent_and_no_longer() -> None:
    _, browsers = talking()
    assert browsers.maybe_silent_since(T) is None
    browsers.gone(1, T)
    assert browsers.maybe_silent_since(Ms(T + ENDS_MS - 1)) == T - ON_THE_WAY_MS
    assert browsers.maybe_silent_since(Ms(T + ENDS_MS)) is None


def test_a_browser_of_the_last_run_is_silent_from_the_start_of_this_one_unless_it_ended_meanwhile() -> None:
    machine, before = heard(ago_ms=BEGINS_MS)
    before.hello(1, SHIM, Ms(T - 60_000))
    browsers = machine.browsers(before.known)
    assert browsers.known == before.known
    assert browsers.silent_since(Ms(T + ENDS_MS)) == T - ON_THE_WAY_MS
    assert browsers.hello(1, SHIM, Ms(T + 9000)) == Heard(Ms(T - ON_THE_WAY_MS))
    again = machine.browsers(browsers.known)
    del machine.runs[BROWSER]
    assert again.silent_since(Ms(T + ENDS_MS)) is None
    assert again.known == ()


def test_a_browser_whose_own_parent_has_ended_is_the_same_browser() -> None:
    machine, browsers = talking()
    browsers.gone(1, T)
    machine.runs[BROWSER] = replace(machine.runs[BROWSER], parent=2)
    assert browsers.silent_since(Ms(T + ENDS_MS)) == T - ON_THE_WAY_MS


def test_no_more_browsers_are_remembered_than_can_ask() -> None:
    machine = Machine()
    assert len(machine.browsers(tuple(RunningProcess(pid, 1, 1) for pid in range(100))).known) == MAX_KNOWN


def test_a_shim_that_has_ended_already_names_no_browser_and_so_none_is_heard() -> None:
    machine, browsers = heard(ago_ms=10 * BEGINS_MS)
    del machine.runs[SHIM]
    assert browsers.hello(1, SHIM, T) is None
    assert not browsers.may_read(1, T)
    assert browsers.silent_since(T) is None


@proves("S76", browser_placement.may_read, disabled=lambda last_found, now_ms: True)
def test_a_browser_without_a_window_beside_the_indicator_waits_unheard_since_it_began() -> None:
    machine, browsers = heard(ago_ms=BEGINS_MS)
    machine.beside = frozenset({SHIM})
    assert browsers.hello(1, SHIM, T) is None
    assert not browsers.may_read(1, T)
    assert (browsers.silent_since(T), browsers.maybe_silent_since(T)) == (None, T - BEGINS_MS)
    machine.uptime += 1
    assert browsers.silent_since(Ms(T + 1)) == T - BEGINS_MS
    assert browsers.maybe_silent_since(Ms(T + 1)) is None


def test_one_whose_window_comes_a_moment_after_its_hello_missed_nothing_and_a_later_one_ran_unheard() -> None:
    for wait_ms, missed in ((BEGINS_MS, Heard(None)), (BEGINS_MS + 1, Heard(T))):
        machine, browsers = heard()
        machine.beside = frozenset()
        assert browsers.hello(1, SHIM, T) is None
        assert browsers.begins(T)
        machine.beside, machine.uptime, at = frozenset({BROWSER}), machine.uptime + wait_ms, Ms(T + wait_ms)
        if not browsers.begins(at):
            assert browsers.hello(1, SHIM, at) is None, "it is no longer looked for between two measures"
            browsers.measure(at)
        assert browsers.hello(1, SHIM, at) == missed
        assert browsers.may_read(1, at)
        assert not browsers.begins(at)


def test_one_whose_window_goes_is_not_read_once_the_measure_is_old_and_is_silent_since_it_was_found() -> None:
    machine, browsers = talking()
    machine.beside = frozenset()
    held, old = Ms(T + MEASURE_HOLDS_MS), Ms(T + MEASURE_HOLDS_MS + 1)
    browsers.measure(held)
    assert (browsers.may_read(1, held), browsers.silent_since(held)) == (True, None)
    assert (browsers.may_read(1, old), browsers.silent_since(old)) == (False, T)
    machine.beside = frozenset({BROWSER})
    browsers.measure(old)
    assert (browsers.may_read(1, old), browsers.silent_since(old)) == (True, None)


def test_one_that_waited_and_stops_talking_and_runs_on_is_silent() -> None:
    machine, browsers = heard()
    machine.beside = frozenset()
    browsers.hello(1, SHIM, T)
    browsers.gone(1, T)
    assert browsers.silent_since(Ms(T + ENDS_MS)) == T - ON_THE_WAY_MS


def tick(browsers: Browsers, times: int) -> None:
    for _ in range(times):
        browsers.tick()


def silence(browsers: Browsers, at: int) -> tuple[Ms | None, Ms | None]:
    """Since when some browser is silent, and may be; its window is there."""
    browsers.measure(Ms(at))
    return browsers.silent_since(Ms(at)), browsers.maybe_silent_since(Ms(at))


def test_what_a_browser_had_not_told_of_when_its_talk_ended_is_silent_from_then() -> None:
    _, browsers = talking()
    browsers.waits(1, Ms(T + 5), Ms(T + 7))
    assert silence(browsers, T + 60_000) == (None, T + 5), "it tells of it yet"
    browsers.gone(1, Ms(T + 60_000))
    assert browsers.maybe_silent_since(Ms(T + 60_000)) == T + 5
    assert browsers.silent_since(Ms(T + 60_000 + ENDS_MS)) == T + 5
    assert browsers.hello(2, SHIM, Ms(T + 90_000)) == Heard(Ms(T + 5))


def test_one_that_has_told_of_all_is_silent_from_a_moment_before_its_talk_ended() -> None:
    _, browsers = talking()
    browsers.waits(1, Ms(T + 5), Ms(T + 7))
    browsers.waits(1, None, Ms(T + 59_000))
    browsers.gone(1, Ms(T + 60_000))
    assert browsers.silent_since(Ms(T + 60_000 + ENDS_MS)) == T + 60_000 - ON_THE_WAY_MS


def test_a_browser_that_ends_with_something_untold_leaves_a_gap_and_any_other_none() -> None:
    for waits, left in ((None, []), (Ms(T + 5), [(T + 5, T + 9_000)])):
        machine, browsers = heard()
        browsers.hello(1, SHIM, T)
        browsers.waits(1, waits, Ms(T + 7_000))
        browsers.gone(1, Ms(T + 9_000))
        del machine.runs[BROWSER]
        assert browsers.silent_since(Ms(T + 9_000 + ENDS_MS)) is None
        assert browsers.left() == left
        assert browsers.left() == []


def test_one_that_says_nothing_any_more_is_silent_since_it_last_did_until_it_does_again() -> None:
    """Counted in the agent's own ticks: while agent or machine stand still, nobody is silent."""
    machine, browsers = talking()
    browsers.waits(1, None, Ms(T + 2_000))
    tick(browsers, QUIET_TICKS - 1)
    assert silence(browsers, T + 9_000) == (None, T + 2_000)
    tick(browsers, 1)
    assert silence(browsers, T + 9_000) == (T + 2_000, None)
    browsers.waits(1, None, Ms(T + 10_000))
    assert silence(browsers, T + 10_000) == (None, T + 10_000)
    tick(browsers, QUIET_TICKS)
    browsers.gone(1, Ms(T + 60_000))
    assert browsers.maybe_silent_since(Ms(T + 60_000)) == T + 10_000
    del machine.runs[BROWSER]
    browsers.silent_since(Ms(T + 60_000))
    assert browsers.left() == [(T + 10_000, T + 60_000)]


def test_one_that_never_said_that_it_is_still_there_need_not() -> None:
    _, browsers = talking()
    tick(browsers, 10 * QUIET_TICKS)
    assert silence(browsers, T + 60_000) == (None, None)


def test_since_when_it_could_tell_nobody_it_says_itself_where_its_other_profile_talked_on() -> None:
    _, browsers = talking()
    browsers.hello(2, SHIM, T)
    browsers.waits(2, Ms(T + 5), Ms(T + 7))
    browsers.gone(2, Ms(T + 9_000))
    assert browsers.left() == [(T + 5, T + 9_000)]
    assert browsers.hello(3, SHIM, Ms(T + 20_000), Ms(T + 6)) == Heard(Ms(T + 6))
    assert browsers.hello(4, SHIM, Ms(T + 30_000), Ms(T + 99_000)) == Heard(Ms(T + 30_000)), "never later than now"


def test_what_it_says_makes_no_silence_shorter() -> None:
    for since, silent in ((T + 8_000, T + 6_000), (T + 4_000, T + 4_000)):
        _, browsers = heard()
        browsers.hello(1, SHIM, T)
        browsers.gone(1, Ms(T + 6_000 + ON_THE_WAY_MS))
        assert browsers.hello(2, SHIM, Ms(T + 20_000), Ms(since)) == Heard(Ms(silent))


def test_of_one_that_waits_for_its_window_or_said_no_hello_no_such_word_counts() -> None:
    machine, browsers = heard(ago_ms=BEGINS_MS)
    machine.beside = frozenset()
    browsers.hello(1, SHIM, T)
    browsers.waits(1, Ms(T - 99), T)
    browsers.waits(2, Ms(T - 99), T)
    assert browsers.maybe_silent_since(T) == T - BEGINS_MS
    machine.uptime += 1
    assert browsers.silent_since(Ms(T + 1)) == T - BEGINS_MS


def test_a_source_that_said_no_hello_is_no_browser_and_may_go_as_it_likes() -> None:
    machine, browsers = heard()
    machine.beside = frozenset()
    assert browsers.may_read(1, T)
    browsers.gone(1, T)
    assert browsers.silent_since(Ms(T + ENDS_MS)) is None


def test_the_kernel_knows_this_process_and_its_parent() -> None:
    own = look(os.getpid())
    assert own is not None
    assert (own.pid, own.parent) == (os.getpid(), os.getppid())
    assert look(2**22 + 1) is None
