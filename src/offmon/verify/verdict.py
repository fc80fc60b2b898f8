"""The verdict: five checks, or two of a smaller file, and one more if the reader asked, each with its result and reasons (formats §9, §10).

Rules
- A reason is a stable code, a plain sentence, and where in the bundle it was found. All reasons are given: one forgery usually breaks
  several promises, and which ones tells a reader what was done.
- *Verified* means that every check that was asked for holds. Each is "not checked" until it runs, so an unreadable file answers none.
- The exit status is 0 verified, 1 not verified, 2 not readable as a bundle at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from offmon.core.bundle.count import Counts
from offmon.core.bundle.uncovered import Hours
from offmon.core.bundle.ungranted import Ungranted
from offmon.core.errors import OffmonError
from offmon.core.formats.trust import KeysSeen
from offmon.core.log.hours import Covered

MAX_REASONS = 200


class Name(StrEnum):
    """The five questions of a bundle, in their order; that of a reader who brings a checkpoint; those of other files."""

    COMPLETE = "complete"
    VALID = "valid"
    AUTHENTIC = "authentic"
    AUTHORISED = "authorised"
    CONTINUOUS = "continuous"
    SINCE = "since"
    LOGGED = "logged"
    SEARCHED = "searched"
    ENDED = "ended"


OF_A_BUNDLE = (Name.COMPLETE, Name.VALID, Name.AUTHENTIC, Name.AUTHORISED, Name.CONTINUOUS)
OF_AN_EXTRACT = (Name.LOGGED, Name.SEARCHED)
OF_A_CERTIFICATE = (Name.LOGGED, Name.ENDED)


class CheckState(StrEnum):
    """How a check ended."""

    HELD = "held"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class FailureReason:
    """Why a check did not hold. `where` names a file, an entry of the run or a leaf; never a person."""

    code: str
    sentence: str
    where: str


@dataclass(slots=True)
class Check:
    """One question while it is asked: reasons gather in it."""

    name: Name
    reasons: list[FailureReason] = field(default_factory=list)
    not_checked: bool = True

    def fail(self, code: str, sentence: str, where: str) -> None:
        """Note a reason; the same one once, and at most MAX_REASONS of them."""
        reason = FailureReason(code, sentence, where)
        if reason not in self.reasons and len(self.reasons) < MAX_REASONS:
            self.reasons.append(reason)

    @contextmanager
    def at(self, where: str) -> Iterator[None]:
        """Within it, an error of ours becomes a reason, and the check goes on with what comes after."""
        try:
            yield
        except OffmonError as error:
            self.fail(error.code, error.message, where)

    @property
    def state(self) -> CheckState:
        """Held only if it was asked and nothing was found."""
        if self.not_checked:
            return CheckState.NOT_CHECKED
        return CheckState.FAILED if self.reasons else CheckState.HELD


@dataclass(frozen=True, slots=True)
class WitnessSeen:
    """A witness of the trust file that cosigned the export: its name, who runs it, and whether that is an outsider."""

    name: str
    operator: str
    independent: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """A checkpoint that the agency once showed, and from which the log goes on: size, root in base64, and when it was witnessed."""

    size: int
    root: str
    at: int


@dataclass(slots=True)
class Verdict:
    """The whole answer. `unreadable` is set where there was no bundle to ask anything of; `found` says what an extract holds."""

    checks: list[Check]
    unreadable: FailureReason | None = None
    counts: Counts = field(default_factory=Counts)
    ungranted: list[Ungranted] = field(default_factory=list)
    covered: Covered | None = None
    hours: list[Hours] = field(default_factory=list)
    witnesses: list[WitnessSeen] = field(default_factory=list)
    witnessed_at: int | None = None
    earlier: list[Earlier] = field(default_factory=list)
    keys: KeysSeen | None = None
    fingerprints: dict[str, str] = field(default_factory=dict)
    limits: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    @property
    def exit(self) -> int:
        """0 verified, 1 not, 2 unreadable."""
        if self.unreadable:
            return 2
        return 0 if all(check.state is CheckState.HELD for check in self.checks) else 1

    @classmethod
    def asked(cls, *, since: bool, of: tuple[Name, ...] = OF_A_BUNDLE) -> "Verdict":
        """Nothing answered yet."""
        return cls([Check(name) for name in (*of, *([Name.SINCE] if since else []))])

    def check(self, name: Name) -> Check:
        """The check of that name."""
        return next(check for check in self.checks if check.name is name)

    def ask(self, name: Name) -> Check:
        """The check of that name, which is made from here on."""
        check = self.check(name)
        check.not_checked = False
        return check
