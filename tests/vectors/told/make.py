"""Makes the known answers of this folder: `python tests/vectors/told/make.py [FOLDER]`.

Written from docs/specs/told.md, with the canonical form, commitments and trees of the two other makers. It shares no code with offmon, so
that a mistake must be made twice to pass. One file holds. For each check there is at least one that fails it alone. Every instant is in
winter, when a day in London begins at midnight UTC. The keys and salts are invented.
"""

import copy
import json
import runpy
import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

FORMATS = runpy.run_path(str(Path(__file__).parents[1] / "make.py"))
TREES = runpy.run_path(str(Path(__file__).parents[1] / "tlog" / "make.py"))
jcs, tagged, b64, vkey, key, drawn = (FORMATS[name] for name in ("jcs", "tagged", "b64", "vkey", "key", "drawn"))
AGENCY, CASE, DEVICE, DAY_MS = (FORMATS[name] for name in ("AGENCY", "CASE", "DEVICE", "DAY_MS"))
mth, path, subproof, signature_line = (TREES[name] for name in ("mth", "path", "subproof", "signature_line"))

type Doc = dict[str, Any]

ORIGIN = "log.invalid/86"
FIRST = 1_795_564_800_000  # 2026-11-25T00:00:00Z, the first instant of a day in London
DATES = ("2026-11-25", "2026-11-26")
LEAVES = 256


def committed(kind: str, salt: bytes, values: Doc) -> str:
    """README §6 and disclosure.md, *Commitments*: field by field, each under a salt of its own."""
    return str(FORMATS["record_commit"](kind, values, salt)["commit"])


def line(on: int, place: int) -> tuple[Doc, bytes]:
    """The two looks of a day that are told of, and their salts."""
    look = (
        {"case": CASE, "on": on, "role": "offender_manager", "team": "North", "what": "case.consulted"},
        {"case": CASE, "on": on, "role": "supervisor", "team": None, "what": "alert.review"},
    )[place]
    return look, bytes.fromhex(drawn(f"salt of a look {on} {place}"))


def sealed(on: int, date: str, number: int, records: list[bytes]) -> Doc:
    """A day of two lines of this case and one of another, filled up; its entry is the log's next record."""
    looks = [line(on, place) for place in (0, 1)]
    commits = [committed("look", salt, look) for look, salt in looks]
    filling = [drawn(f"filling {on} {n}") for n in range(LEAVES - 2)]
    day = sorted([*commits, *filling])
    tree = [bytes.fromhex(commit) for commit in day]
    entry = dict.fromkeys(("case", "session", "request", "recipient", "alert", "decision")) | {
        "at": on + DAY_MS + 3_600_000,
        "agency": AGENCY,
        "verb": "looks.sealed",
        "operation": "other",
        "outcome": "allowed",
        "actor": {"id": drawn("worker")[:32], "role": "service", "team": None, "agency": AGENCY},
        "reason": date,
        "manifest": mth(tree).hex(),
        "touched": [],
    }
    salt, previous = bytes.fromhex(drawn(f"salt of an entry {on}")), drawn(f"the record before {number}")
    commit = bytes.fromhex(committed("audit", salt, entry))
    records.append(tagged("run", bytes.fromhex(AGENCY), number.to_bytes(8, "big"), bytes.fromhex(previous), commit))
    return {
        "on": on,
        "size": LEAVES,
        "entry": entry | {"kind": "audit"},
        "salt": b64(salt),
        "number": number,
        "previous": previous,
        "index": len(records) - 1,
        "path": [],
        "looks": [
            {
                "look": look | {"kind": "look"},
                "salt": b64(salt),
                "place": day.index(commit),
                "path": [step.hex() for step in path(day.index(commit), tree)],
            }
            for (look, salt), commit in zip(looks, commits, strict=True)
        ],
    }


def signed(records: list[bytes], signer: str = ORIGIN, origin: str = ORIGIN, root: bytes | None = None) -> str:
    text = f"{origin}\n{len(records)}\n{b64(root or mth(records))}\n"
    return str(text + "\n" + signature_line(signer, 1, key(signer).sign(text.encode())))


def log(records: list[bytes], sizes: list[int]) -> list[Doc]:
    """The states of the log at these sizes, each but the first with the proof that it begins with the one before."""
    befores = [0, *sizes]
    return [
        {
            "checkpoint": signed(records[:size]),
            "path": [step.hex() for step in subproof(before, records[:size], True)] if before else [],
        }
        for before, size in zip(befores, sizes, strict=False)
    ]


def honest() -> tuple[Doc, list[bytes]]:
    records = [bytes.fromhex(drawn(f"another entry {n}")) for n in range(11)]
    days, sizes = [], []
    for place, date in enumerate(DATES):
        days.append(sealed(FIRST + place * DAY_MS, date, 3 + place, records))
        records += [bytes.fromhex(drawn(f"an entry after {place} {n}")) for n in range(5)]
        sizes.append(len(records))
    records += [bytes.fromhex(drawn(f"a later entry {n}")) for n in range(4)]
    for day, size in zip(days, sizes, strict=True):
        day["path"] = [step.hex() for step in path(day["index"], records[:size])]
    kept = {"device": DEVICE, "on": FIRST, "kind": "site", "terms": ["Invented words."], "unkept": None}
    sent = [kept | {"commit": drawn(f"sent {n}")} for n in (1, 2)]
    told = {
        "type": "offmon/told@1",
        "agency": AGENCY,
        "case": CASE,
        "until": FIRST + 10 * DAY_MS,
        "sent": sent,
        "log": log(records, [*sizes, len(records)]),
        "days": days,
        "waiting": [line(FIRST + 9 * DAY_MS, place)[0] | {"kind": "look"} for place in (0, 1)],
    }
    return told, records


UNKEPT: Doc = {"kind": None, "terms": []}


def changing(*place: str | int) -> Callable[..., Callable[[Doc], object]]:
    """Given values, what puts them into the document at that place of a file."""

    def of(**values: Any) -> Callable[[Any], object]:
        return lambda it: reduce(lambda part, step: part[step], place, it).update(values)

    return of


of_file, of_look, of_day = changing(), changing("days", 0, "looks", 1, "look"), changing("days", 1)
of_entry, of_sent, of_waiting = changing("days", 1, "entry"), changing("sent", 1), changing("waiting", 1)
of_first, of_second, of_third = (changing("log", place) for place in range(3))


def leads_elsewhere(told: Doc, records: list[bytes]) -> None:
    """To a later state in place of the one that was given."""
    told["log"] = log(records, [len(records) - 10, len(records)])
    told["days"][1]["path"] = [step.hex() for step in path(told["days"][1]["index"], records)]


def only_the_first(told: Doc) -> None:
    told.update(log=told["log"][:1], days=told["days"][:1])


def files() -> Doc:
    told, records = honest()
    cases = list[Doc]()

    def holds(
        what: str, counts: tuple[int, int, int, int], change: Callable[[Doc], object] = lambda _told: None
    ) -> None:
        add(what, counts, [], change)

    def fails(
        what: str,
        fault: str,
        lines: list[int | None],
        counts: tuple[int, int],
        change: Callable[[Doc], object],
        *,
        waiting: int = 2,
    ) -> None:
        add(what, (counts[0], 0, counts[1], waiting), [{"fault": fault, "line": line} for line in lines], change)

    def add(what: str, counts: tuple[int, int, int, int], found: list[Doc], change: Callable[[Doc], object]) -> None:
        changed = copy.deepcopy(told)
        change(changed)
        counted = dict(zip(("sent", "elsewhere", "looks", "waiting"), counts, strict=True))
        cases.append({"what": what, "file": jcs(changed), **counted, "found": found})

    holds("an honest file", (2, 0, 4, 2))
    holds("nothing was sent and nobody looked", (0, 0, 0, 0), of_file(sent=[], log=[], days=[], waiting=[]))
    holds("nothing of who looked is proved yet", (2, 0, 0, 2), of_file(log=[], days=[]))
    holds("no state after the one that was given", (2, 0, 4, 2), lambda it: it.update(log=it["log"][:2]))
    for why in ("refused", "lost"):
        holds(f"what was sent and is {why}", (2, 0, 4, 2), of_sent(**UNKEPT, unkept=why))
    refused = of_sent(**UNKEPT, unkept="refused", commit=drawn("x"))
    fails("never journalled, and refused", "sent", [2], (1, 4), refused)
    holds("a line of another device", (1, 1, 4, 2), lambda it: it["sent"][0].update(device="de01" * 8))
    fails("another person's", "other", [None], (0, 0), of_file(case="ca5f" * 8), waiting=0)
    fails("another agency's", "other", [None], (0, 0), of_file(agency="a6e1" * 8), waiting=0)
    fails("never journalled", "sent", [2], (1, 4), of_sent(commit=drawn("never")))
    fails("told before its day was over", "late", [5, 6], (2, 4), of_file(until=FIRST + 9 * DAY_MS), waiting=0)
    stranger, last = "log.invalid/87", len(records)
    forked = signed(records[: last - 4], root=bytes(31) + b"1")
    for what, change in (
        ("days without a state of the log", of_file(log=[])),
        ("a state of the log without days", of_file(days=[])),
        ("a checkpoint that is no note", of_first(checkpoint="no note")),
        ("signed by another", of_third(checkpoint=signed(records, stranger))),
        ("of another log", of_third(checkpoint=signed(records, origin=stranger))),
        ("another root of a size that was given", of_second(checkpoint=forked)),
        ("a state that does not go on from the one before", of_second(path=[])),
        ("a state that nothing comes before, with a path", of_first(path=[drawn("x")])),
        ("states in another order", lambda it: it["log"].reverse()),
    ):
        fails(what, "log", [None], (2, 0), change)
    fails("no state that was given", "unseen", [1, 2, 3, 4], (2, 0), lambda it: leads_elsewhere(it, records))
    fails("only states before the one that was given", "unseen", [1, 2], (2, 0), only_the_first)
    for what, change in (
        ("another day's entry", lambda it: it["days"][1].update(entry=it["days"][0]["entry"])),
        ("another act's entry", of_entry(verb="case.consulted")),
        ("another root in the entry", of_entry(manifest=drawn("another root"))),
        ("another salt of the entry", of_day(salt=b64(bytes(32)))),
        ("another number in the run", of_day(number=9)),
        ("another place in the log", of_day(index=5)),
        ("no path to the checkpoint", of_day(path=[])),
    ):
        fails(what, "day", [3, 4], (2, 2), change)
    for what, change in (
        ("another role", of_look(role="data_protection")),
        ("another team", of_look(team="South")),
        ("another act", of_look(what="export.downloaded")),
        ("of another case", of_look(case="ca5f" * 8)),
        ("of another day", of_look(on=FIRST + 5 * DAY_MS)),
    ):
        fails(what, "look", [2], (2, 3), change)
    fails("a day of another size", "look", [3, 4], (2, 2), of_day(size=512))
    fails("of another case, and unproved", "look", [6], (2, 4), of_waiting(case="ca5f" * 8), waiting=1)
    fails("of no day, and unproved", "look", [6], (2, 4), of_waiting(on=FIRST + 9 * DAY_MS - 1), waiting=1)
    return {"honest": told, "records": records, "given": last - 4, "cases": cases}


def refused(told: Doc) -> list[Doc]:
    whole = jcs(told)
    twice = copy.deepcopy(told)
    twice["sent"].append(twice["sent"][0])
    lines: list[tuple[str, Doc]] = [
        ("a kind of what is not kept", {"unkept": "lost", "terms": []}),
        ("a term of what is not kept", {"unkept": "lost", "kind": None}),
        ("no kind of what is kept", {"kind": None, "terms": []}),
        ("not kept, for no reason that there is", {"unkept": "held", "kind": None, "terms": []}),
    ]
    days = copy.deepcopy(told)
    days["days"].append(days["days"][0])
    return [
        {"what": "a commitment said twice", "file": jcs(twice)},
        {"what": "a day said twice", "file": jcs(days)},
        {"what": "a look said twice", "file": jcs({**told, "waiting": told["waiting"] * 2})},
        *({"what": what, "file": jcs({**told, "sent": [{**told["sent"][0], **line}]})} for what, line in lines),
        {"what": "not canonical", "file": whole.replace(",", ", ", 1)},
        {"what": "a field more", "file": jcs({**told, "more": None})},
        {"what": "a field less", "file": jcs({name: value for name, value in told.items() if name != "until"})},
        {"what": "another version", "file": jcs({**told, "type": "offmon/told@2"})},
    ]


def main(folder: Path) -> None:
    made = files()
    known = {
        "agency": AGENCY,
        "case": CASE,
        "device": DEVICE,
        "origin": ORIGIN,
        "log": vkey(ORIGIN),
        "commits": [drawn(f"sent {n}") for n in range(4)],
        "checkpoints": [{"size": size, "root": mth(made["records"][:size]).hex()} for size in (made["given"],)],
    }
    answers = {"known": known, "files": made["cases"], "refused": refused(made["honest"])}
    (folder / "told.json").write_text(json.dumps(answers, indent=1, ensure_ascii=True) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
