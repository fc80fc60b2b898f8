"""What the runs with and without a safeguard show: whether the named test fails because of what was taken away.

Rules
- With it, every phase of the named test passes, and something ran.
- Without it, the test itself fails. An error of a fixture or a teardown proves nothing; a test that fails may leave something open, which
  its teardown then says too.
- A failure for the shape of the replacement proves nothing either: anything else of the wrong shape would fail likewise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MISSHAPEN = (TypeError, AttributeError, NameError, ImportError, LookupError)
LINE = 100  # characters of what an exception says
UNPACKED = "values to unpack"  # a ValueError's, where the caller takes apart what has another length


@dataclass(frozen=True, slots=True)
class Outcome:
    """One phase of one test: `setup`, `call`, `teardown` or `skip`. `failed`: the exceptions, a line each."""

    test: str
    phase: str
    failed: tuple[str, ...] = ()
    misshapen: bool = False


def outcome(test: str, phase: str, error: BaseException | None) -> Outcome:
    """How a phase ended; `error` is what it raised."""
    failed = [] if error is None else list(_failures(error))
    return Outcome(test, phase, tuple(dict.fromkeys(map(line_of, failed))), any(map(is_misshapen, failed)))


def _failures(error: BaseException) -> Iterator[BaseException]:
    """What failed: of a group its members."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _failures(one)
    else:
        yield error


def is_misshapen(error: BaseException) -> bool:
    """Whether this tells of an argument or a result of the wrong shape, and not of a rule that is gone."""
    return isinstance(error, MISSHAPEN) or (isinstance(error, ValueError) and UNPACKED in str(error))


def line_of(error: BaseException) -> str:
    """An exception in a line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:LINE]


def why_not_proved(present: Sequence[Outcome], absent: Sequence[Outcome], broke: str = "") -> str:
    """Why these two runs of the named test prove nothing. Empty where they prove it. `broke`: how the replacement itself failed."""
    for one in present:
        if one.failed:
            return f"with it: {one.phase}: {said(one)}"
    if not any(one.phase == "call" for one in present):
        return "with it: no test ran"
    if broke:
        return f"without it: {broke}"
    broken = {one.test for one in absent if one.failed and one.phase == "call"}
    failed = [one for one in absent if one.failed and not (one.phase == "teardown" and one.test in broken)]
    elsewhere = [one for one in failed if one.phase != "call"]
    for one in elsewhere or [one for one in failed if one.misshapen]:
        return f"without it: {'the wrong shape' if one.phase == 'call' else one.phase}: {said(one)}"
    return "" if failed else "without it: the test passes"


def said(outcome: Outcome) -> str:
    """By what it failed, in a line."""
    return "; ".join(outcome.failed)
