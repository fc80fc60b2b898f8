"""The verdict in words for a person, and as one JSON object for a program. Both say the same, and neither holds terminal controls."""

import json
from collections import defaultdict
from dataclasses import asdict
from typing import Final

from offmon.core import clock
from offmon.core.ids import Ms
from offmon.core.text.terminal import printable
from offmon.verify.verdict import Check, CheckState, Name, Verdict

ASKS: Final = {
    Name.COMPLETE: "every listed file is here and none other",
    Name.VALID: "each file has the digest that was listed",
    Name.AUTHENTIC: "signatures, log, witness and device journals hold under your trust file",
    Name.AUTHORISED: "the orders shown allow what was collected, and two people stand where two are due",
    Name.CONTINUOUS: "no entry, leaf or alert is unaccounted for",
    Name.SINCE: "the log goes on from the checkpoint that you brought",
    Name.LOGGED: "each entry is in the witnessed log under your trust file, unchanged, and once",
    Name.SEARCHED: "each entry is one that the stated search finds",
    Name.ENDED: "the entries show that the monitoring ended, and what stopped each device",
}
_WORD: Final = {
    CheckState.HELD: "yes",
    CheckState.FAILED: "NO",
    CheckState.NOT_CHECKED: "not checked against keys of your own",
}
_HEADLINE: Final = ("VERIFIED", "NOT VERIFIED", "NOT READABLE")
_SHOWN_OF_A_KIND: Final = 3
_SHOWN_OF_A_DEVICE: Final = 20


def as_json(verdict: Verdict) -> str:
    """One line: `result`, `exit`, `checks` by name, `counts`, `ungranted`, `witnesses`, `earlier`, `keys`, `fingerprints`, `limits`, …"""
    doc = {
        "result": _HEADLINE[verdict.exit].lower().replace(" ", "_"),
        "exit": verdict.exit,
        "unreadable": asdict(verdict.unreadable) if verdict.unreadable else None,
        "checks": {
            check.name.value: {"state": check.state.value, "reasons": [asdict(reason) for reason in check.reasons]}
            for check in verdict.checks
        },
        "counts": asdict(verdict.counts),
        "ungranted": [asdict(one) for one in verdict.ungranted],
        "covered": asdict(verdict.covered) if verdict.covered else None,
        "hours": [asdict(one) for one in verdict.hours],
        "witnesses": [asdict(witness) for witness in verdict.witnesses],
        "witnessed_at": verdict.witnessed_at,
        "earlier": [asdict(one) for one in verdict.earlier],
        "keys": asdict(verdict.keys) if verdict.keys else None,
        "fingerprints": verdict.fingerprints,
        "limits": verdict.limits,
        "found": verdict.found,
    }
    return json.dumps(doc, sort_keys=True).replace("\x7f", "\\u007f")  # the one control that JSON leaves as it is


def as_text(verdict: Verdict) -> str:
    """Several lines, for a terminal or for print."""
    return "\n".join(map(printable, _lines(verdict)))


def _lines(verdict: Verdict) -> list[str]:
    lines = [_HEADLINE[verdict.exit]]
    if verdict.unreadable:
        return [*lines, f"  {verdict.unreadable.sentence} [{verdict.unreadable.code}]"]
    for check in verdict.checks:
        word = _WORD[check.state] if check.name is not Name.SINCE else _WORD[check.state].partition(" against")[0]
        lines += [f"  {check.name.value:<11} {word:<4} {ASKS[check.name]}", *_reasons(check)]
    counted = [verdict.counts.sentence, *(one.sentence for one in verdict.ungranted), *_coverage(verdict)]
    lines += ["", *(f"  {said}" for said in verdict.found or counted)]
    lines += _witnesses(verdict)
    for one in verdict.earlier:
        at = clock.utc_text(Ms(one.at))
        lines.append(f"  Goes on from the log of {one.size} entries of {at}, root {one.root}: compare with paper.")
    lines += [f"  {verdict.keys.sentence}"] if verdict.keys else []
    lines += [f"  Key found, to compare with paper: {name} {digest}" for name, digest in verdict.fingerprints.items()]
    return [
        *lines,
        "",
        f"  What no {_kind(verdict)} shows:",
        *(f"    {limit}" for limit in verdict.limits),
    ]


def _reasons(check: Check) -> list[str]:
    by_code = defaultdict(list)
    for reason in check.reasons:
        by_code[reason.code].append(reason)
    lines = []
    for code, reasons in by_code.items():
        lines += [f"      {reason.sentence} [{code}] {reason.where}" for reason in reasons[:_SHOWN_OF_A_KIND]]
        if len(reasons) > _SHOWN_OF_A_KIND:
            lines.append(f"      and {len(reasons) - _SHOWN_OF_A_KIND} more [{code}]")
    return lines


def _coverage(verdict: Verdict) -> list[str]:
    """How many of the known devices were covered, and the hours that nobody can speak for."""
    lines = [] if verdict.covered is None else [verdict.covered.sentence]
    for one in verdict.hours:
        shown = one.times[:_SHOWN_OF_A_DEVICE]
        lines += [one.sentence, *(f"  Nobody can speak for {time}" for time in shown)]
        lines += (
            [f"  and {len(one.times) - len(shown)} times more (--json has each)"] if len(one.times) > len(shown) else []
        )
    return lines if verdict.hours or verdict.covered is None else [*lines, "No hours of a device are on record."]


def _witnesses(verdict: Verdict) -> list[str]:
    at = "" if verdict.witnessed_at is None else f" on {clock.utc_text(Ms(verdict.witnessed_at))}"
    return [
        f"  Witnessed{at} by {one.name}, run by {one.operator}: {'independent' if one.independent else 'not independent'}."
        for one in verdict.witnesses
    ]


def _kind(verdict: Verdict) -> str:
    names = {check.name for check in verdict.checks}
    return "end certificate" if Name.ENDED in names else "extract" if Name.SEARCHED in names else "bundle"
