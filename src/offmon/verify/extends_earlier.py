"""Whether the log extends an earlier state of itself: against a fork that a colluding witness cosigned (formats §10).

Rules
- A bundle may carry checkpoints that the agency once showed, each with a proof that the export's log extends it. They are signed and
  cosigned like any other. A proof that fails means a fork. The verdict gives size and root, to compare with paper.
- A reader may bring a checkpoint from elsewhere. It needs no signature, since the reader alone vouches for it. If the bundle has no proof
  from its size, the verdict says so, and this check is "not checked".
"""

from offmon.core.bundle import layout
from offmon.core.bundle.case import Case
from offmon.core.errors import NotAuthentic
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.merkle import check_consistency
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.submission import Submission
from offmon.verify.log import ProvenLog
from offmon.verify.verdict import Check, Earlier


def check_earlier(case: Case, log: ProvenLog, check: Check) -> list[Earlier]:
    """The earlier checkpoints in the bundle from which its log is shown to go on."""
    found = list[Earlier]()
    for size in sorted({*case.files.earlier, *case.files.since}):
        with check.at(layout.earlier_path(size)):
            if size not in case.files.earlier or size not in case.files.since:
                words = "An earlier checkpoint is without its proof, or a proof without it."
                raise NotAuthentic("since-incomplete", words)
            earlier = log.checkpoints.see(SignedNote.parse(case.files.earlier[size]))
            _check_goes_on(case, log, size, earlier.checkpoint)
            found.append(Earlier(size, earlier.checkpoint.text.split("\n")[2], earlier.at))
    return found


def check_since(case: Case, log: ProvenLog, brought: Checkpoint, check: Check) -> None:
    """Whether the bundle's log goes on from the checkpoint that the reader brought."""
    with check.at("your checkpoint"):
        same_size = [one.checkpoint for one in log.checkpoints.seen.values() if one.checkpoint.size == brought.size]
        if brought.origin != case.index.origin:
            words = "It cannot be checked: your checkpoint is of another log than the bundle."
            _cannot(check, "since-other-log", words)
        elif any(one.root != brought.root for one in same_size):
            raise _forked()
        elif brought.size in case.files.since:
            _check_goes_on(case, log, brought.size, brought)
        elif brought.size != log.checkpoints.see(log.newest).checkpoint.size:
            words = f"It cannot be checked: the bundle holds no proof from {brought.size} entries on. Ask the agency for one."
            _cannot(check, "since-no-proof", words)


def _check_goes_on(case: Case, log: ProvenLog, size: int, earlier: Checkpoint) -> None:
    sent, newest = Submission.parse(case.files.since[size]), log.checkpoints.see(log.newest).checkpoint
    if (sent.old, earlier.size, sent.note) != (size, size, log.newest):
        raise NotAuthentic("since-other", "A proof that the log goes on is of other checkpoints than its path says.")
    try:
        check_consistency(size, earlier.root, newest.size, newest.root, sent.proof)
    except NotAuthentic:
        raise _forked() from None


def _forked() -> NotAuthentic:
    return NotAuthentic("log-forked", "The log does not go on from this checkpoint: it was rewritten, or two are kept.")


def _cannot(check: Check, code: str, sentence: str) -> None:
    check.not_checked = True
    check.fail(code, sentence, "your checkpoint")
