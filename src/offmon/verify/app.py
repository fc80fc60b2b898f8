"""`offmon verify FILE --trust FILE [--since CHECKPOINT] [--json]`: asks a bundle five questions, and others two (design §6).

The others are an extract of the log and an end certificate.

Rules
- Trust roots never come from the bundle. Without a trust file, *authentic* and *authorised* are not checked, and the exit status is 1. The
  verdict then shows the fingerprints to compare with paper. It shows a root only if that root signed the keys.
- Whatever a bundle holds, the answer is a verdict. Without one (no such file, nowhere to write, too little memory) the exit status is 2,
  never that of a bundle that failed.
"""

import argparse
import io
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from offmon.core.bundle import end_certificate, read, write
from offmon.core.bundle.case import Case, load
from offmon.core.bundle.count import count
from offmon.core.bundle.end_certificate import EndCertificate
from offmon.core.bundle.layout import LIMITS, UNTOLD
from offmon.core.bundle.root import root_of
from offmon.core.bundle.uncovered import covered_in, hours_in
from offmon.core.bundle.ungranted import ungranted_in
from offmon.core.errors import Malformed, OffmonError
from offmon.core.formats import dsse, trust_file
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.trust import KeyRing
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Id
from offmon.core.log import extract
from offmon.core.log.extract import LogExtract
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.cosignature import Cosigned
from offmon.core.log.tlog.note import MAX_NOTE
from offmon.core.log.tlog.proof import Proof
from offmon.core.log.witnessing import Checkpoints, WitnessedCheckpoint, ring_at, witnesses_of
from offmon.core.text.terminal import print_safely, tolerate
from offmon.verify.authentic import check_authentic
from offmon.verify.authorised import check_authorised_all
from offmon.verify.continuous import check_continuous
from offmon.verify.extends_earlier import check_earlier, check_since
from offmon.verify.log import open_log
from offmon.verify.manifests import check_complete, check_valid
from offmon.verify.text import as_json, as_text
from offmon.verify.verdict import OF_A_CERTIFICATE, OF_AN_EXTRACT, FailureReason, Name, Verdict, WitnessSeen

NO_MEMORY = FailureReason(
    "no-memory", "There is too little memory here to check it; use a larger machine.", "the command"
)


def judge(data: bytes, brought: TrustFile | None, since: Checkpoint | None = None) -> Verdict:
    """The verdict on a file's bytes, under the trust file and the checkpoint that the reader brought, if any."""
    if end_certificate.is_one(data):
        return judge_certificate(data, brought, since)
    if data.startswith(b"{"):
        return judge_extract(data, brought, since)
    verdict = Verdict.asked(since=since is not None)
    try:
        bag = read.read_bag(data)
    except OffmonError as error:
        verdict.unreadable = FailureReason(error.code, error.message, "the archive")
        return verdict
    check_complete(bag, verdict.ask(Name.COMPLETE))
    check_valid(bag, verdict.ask(Name.VALID))
    try:
        case = load(bag)
    except OffmonError as error:
        for check in verdict.checks[2:]:
            verdict.ask(check.name).fail(error.code, error.message, "the bundle's documents")
        return verdict
    check_continuous(case, verdict.ask(Name.CONTINUOUS))
    verdict.counts = count(case)
    verdict.covered, verdict.hours = covered_in(case), hours_in(case)
    verdict.limits = [*(LIMITS[limit] for limit in case.index.limits), UNTOLD]
    if brought is None:
        _show_fingerprints(case, verdict)
    else:
        _check_by_keys(case, brought, since, verdict)
    return verdict


def judge_extract(data: bytes, brought: TrustFile | None, since: Checkpoint | None = None) -> Verdict:
    """The verdict on an extract of the log."""
    verdict = Verdict.asked(since=since is not None, of=OF_AN_EXTRACT)
    try:
        given = extract.read(data)
    except OffmonError as error:
        verdict.unreadable = FailureReason(error.code, error.message, "the file")
        return verdict
    searched = verdict.ask(Name.SEARCHED)
    for nth in extract.outside(given):
        searched.fail("not-searched", "An entry is none that the stated search of this log finds.", f"entry {nth}")
    _refuse_since(since, verdict)
    gap = None
    if brought is not None:
        _check_logged(given.agency, given, brought, partial(extract.faults, given), verdict)
        gap = None if verdict.check(Name.LOGGED).reasons else extract.without_gap(given)
    verdict.found = [*extract.said(given), gap or extract.LEFT_OUT, f"Digest of this file: {dsse.digest_of(data)}"]
    verdict.limits = list(extract.LIMITS)
    return verdict


def judge_certificate(data: bytes, brought: TrustFile | None, since: Checkpoint | None = None) -> Verdict:
    """The verdict on an end certificate."""
    verdict = Verdict.asked(since=since is not None, of=OF_A_CERTIFICATE)
    try:
        given = end_certificate.read(data)
    except OffmonError as error:
        verdict.unreadable = FailureReason(error.code, error.message, "the file")
        return verdict
    ended = verdict.ask(Name.ENDED)
    for where, question in end_certificate.questions(given):
        with ended.at(where):
            question()
    _refuse_since(since, verdict)
    if brought is not None:
        _check_logged(given.facts.agency, given, brought, partial(end_certificate.log_faults, given), verdict)
    verdict.found = [*end_certificate.said(given.facts), f"Digest of its facts: {given.facts.digest}"]
    verdict.limits = list(end_certificate.LIMITS)
    return verdict


def _refuse_since(since: Checkpoint | None, verdict: Verdict) -> None:
    if since is not None:
        verdict.check(Name.SINCE).fail("since-no-proof", "It cannot be checked: this file proves no two states.", "it")


def _check_logged(
    agency: Id,
    given: LogExtract | EndCertificate,
    brought: TrustFile,
    faults: Callable[[WitnessedCheckpoint], Iterable[tuple[int, OffmonError]]],
    verdict: Verdict,
) -> None:
    logged = verdict.ask(Name.LOGGED)
    with logged.at("the agency's log and keys"):
        until, by = witnesses_of(given.note, brought)
        ring = ring_at(given.keys, brought, agency, until)
        seen = Checkpoints(brought.agency(agency).origin, brought, ring).see(given.note)
        for nth, fault in faults(seen):
            logged.fail(fault.code, fault.message, f"entry {nth}")
        _say_trust(ring, by, brought, verdict)


def _check_by_keys(case: Case, brought: TrustFile, since: Checkpoint | None, verdict: Verdict) -> None:
    authentic, authorised = verdict.ask(Name.AUTHENTIC), verdict.ask(Name.AUTHORISED)
    trusted = None
    with authentic.at("the agency's log and keys"):
        log = open_log(case, brought, authentic)
        trusted = check_authentic(case, log, authentic)
        verdict.ungranted = ungranted_in(case, ([one.profile for one in issued] for issued in trusted.issued.values()))
        verdict.earlier = check_earlier(case, log, authentic)
        if since is not None:
            check_since(case, log, since, verdict.ask(Name.SINCE))
        _say_trust(log.ring, log.by, brought, verdict)
    if trusted is None:
        for check in verdict.checks:
            if check.name in {Name.AUTHORISED, Name.SINCE}:
                words = "It cannot be tried: the agency's keys did not hold."
                verdict.ask(check.name).fail("keys-unknown", words, "the log and keys")
        return
    check_authorised_all(case, trusted, authorised)


def _say_trust(ring: KeyRing, by: Sequence[Cosigned], brought: TrustFile, verdict: Verdict) -> None:
    verdict.keys = ring.seen
    listed = {PublicKey.parse(witness.vkey): witness for witness in brought.witnesses}
    verdict.witnesses = [
        WitnessSeen(one.witness.name, listed[one.witness].operator, listed[one.witness].independent) for one in by
    ]
    verdict.witnessed_at = by[-1].at


def _show_fingerprints(case: Case, verdict: Verdict) -> None:
    with suppress(OffmonError):
        note = Proof.parse(case.files.proofs[max(case.files.proofs)]).note if case.files.proofs else None
        verdict.fingerprints |= (
            {f"signed by {line.name}": line.key_id.hex() for line in note.signatures} if note else {}
        )
    with suppress(OffmonError):
        root = root_of(case)
        verdict.fingerprints[f"agency root {root.name}"] = root.fingerprint


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns the exit status."""
    tolerate(sys.stdout, sys.stderr)
    parser = argparse.ArgumentParser(
        prog="offmon verify",
        description="Check a bundle, an extract of the log or an end certificate, with keys of your own.",
    )
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--trust", type=Path, help="the trust file: published by the agency, its fingerprints on paper")
    parser.add_argument("--since", type=Path, help="a checkpoint that you know from elsewhere, as from a paper notice")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    asked = parser.parse_args(arguments)
    verdict = _answer(asked)
    return verdict.exit if print_safely((as_json if asked.json else as_text)(verdict) + "\n") else 2


def _answer(asked: argparse.Namespace) -> Verdict:
    try:
        brought = None if asked.trust is None else trust_file.load(_read(asked.trust, trust_file.MAX_TRUST))
        since = None if asked.since is None else Checkpoint.copied(_read(asked.since, MAX_NOTE))
        return judge(_read(asked.bundle, write.MAX_BUNDLE), brought, since)
    except OffmonError as error:
        why = FailureReason(error.code, error.message, "the command")
    except MemoryError:
        why = NO_MEMORY
    verdict = Verdict.asked(since=asked.since is not None)  # out here, where what was read is let go
    verdict.unreadable = why
    return verdict


def _read(path: Path, limit: int) -> bytes:
    held = io.BytesIO()  # what a device or a pipe holds has no size until it was read; memory is taken as it comes
    try:
        with path.open("rb") as file:
            while held.tell() <= limit and held.write(file.read(min(1 << 20, limit + 1 - held.tell()))):
                pass
    except OSError as error:
        raise Malformed("no-file", f"{path.name} cannot be read: {error.strerror}.") from None
    if held.tell() > limit:
        raise Malformed("too-large", f"{path.name} has more than {limit} bytes; it is not read.")
    return held.getvalue()
