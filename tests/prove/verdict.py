"""What the runs with and without a safeguard show: whether the named test fails because of what was taken away.

Rules
- With it, every phase of the named test passes, and something ran.
- Without it, the test itself fails: the call, of the very test. An error of a fixture, of a collection or of a teardown proves nothing; a
  test that fails may leave something open, which its teardown then says too.
- A failure for the shape of the replacement proves nothing either: anything else of the wrong shape would fail likewise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MISSHAPEN = (TypeError, AttributeError, NameError, ImportError, LookupError)
LINE = 100  # characters of what an exception says
UNPACKED = "values to unpack"  # a ValueError's, where the caller takes apart what has another length


@dataclass(frozen=True, slots=True)
class Outcome:
    """One phase of one test: `setup`, `call`, `teardown`; `collect` or `skip`. `failed`: the exceptions, a line each."""

    test: str
    phase: str
    failed: tuple[str, ...] = ()
    misshapen: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """What one pytest did. `broke`: the replacement itself failed for its shape, whoever caught that."""

    outcomes: tuple[Outcome, ...] = ()
    broke: str = ""
    ended: str = ""  # why it told nothing, where it told nothing

    def of(self, test: str) -> "Run":
        """The part of it that is about a test; what was not collected may be about any."""
        mine = tuple(one for one in self.outcomes if one.phase == "collect" or is_of(one.test, test))
        return Run(mine, self.broke, self.ended)


def is_of(one: str, named: str) -> bool:
    """Whether a test that ran is the one that is named, by itself or with every row of its table."""
    return one == named or one.startswith((f"{named}[", f"{named}::"))


def failures(error: BaseException) -> Iterator[BaseException]:
    """What failed: of a group its members."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from failures(one)
    else:
        yield error


def is_misshapen(error: BaseException) -> bool:
    """Whether this tells of an argument or a result of the wrong shape, and not of a rule that is gone."""
    return isinstance(error, MISSHAPEN) or (isinstance(error, ValueError) and UNPACKED in str(error))


def line_of(error: BaseException) -> str:
    """An exception in a line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:LINE]


def why_not_proved(present: Run, absent: Run) -> str:
    """Why these two runs of the named test prove nothing. Empty where they prove it."""
    if wrong := why_not_green(present):
        return f"with it: {wrong}"
    if absent.ended or absent.broke:
        return f"without it: {absent.ended or absent.broke}"
    broken = {one.test for one in absent.outcomes if one.failed and one.phase == "call"}
    failed = [one for one in absent.outcomes if one.failed and not (one.phase == "teardown" and one.test in broken)]
    elsewhere = [one for one in failed if one.phase != "call"]
    for one in elsewhere or [one for one in failed if one.misshapen]:
        return f"without it: {'the wrong shape' if one.phase == 'call' else one.phase}: {_said(one)}"
    return "" if failed else "without it: the test passes" if absent.outcomes else "without it: no test ran"


def what_failed(absent: Run) -> str:
    """By what the test shows that the safeguard is gone, in a line."""
    return next((_said(one) for one in absent.outcomes if one.failed), "")


def why_not_green(run: Run) -> str:
    """What the run says that is not green. Empty where all passed, and something ran."""
    for one in run.outcomes:
        if one.failed:
            return f"{one.phase}: {_said(one)}"
    if run.ended or not any(one.phase == "call" for one in run.outcomes):
        return run.ended or "no test ran"
    return ""


def _said(outcome: Outcome) -> str:
    return "; ".join(outcome.failed)
