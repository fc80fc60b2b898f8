"""Makes the known answers of this folder: `python tests/vectors/told/make.py [FOLDER]`.

Written from docs/specs/told.md, with the canonical form, commitments and trees of the two other makers. It shares no code with offmon, so
that a mistake must be made twice to pass. One file holds. For each check there is at least one that fails it alone. Every instant is in
winter, when a day in London begins at midnight UTC. The keys and salts are invented.
"""

import copy
import hashlib
import hmac
import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FORMATS = runpy.run_path(str(Path(__file__).parents[1] / "make.py"))
TREES = runpy.run_path(str(Path(__file__).parents[1] / "tlog" / "make.py"))
jcs, tagged, b64, vkey, key = (FORMATS[name] for name in ("jcs", "tagged", "b64", "vkey", "key"))
AGENCY, CASE, DEVICE = (FORMATS[name] for name in ("AGENCY", "CASE", "DEVICE"))
mth, path, subproof, signature_line = (TREES[name] for name in ("mth", "path", "subproof", "signature_line"))

type Doc = dict[str, Any]

ORIGIN = "log.invalid/86"
DAY_MS = 86_400_000
FIRST = 1_795_564_800_000  # 2026-11-25T00:00:00Z, the first instant of a day in London
DATES = ("2026-11-25", "2026-11-26")
LEAVES = 256


def drawn(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def committed(kind: str, salt: bytes, values: Doc) -> str:
    """README §6 and disclosure.md, *Commitments*: field by field, each under a salt of its own."""
    digests = {}
    for name, value in values.items():
        own = hmac.new(salt, name.encode(), hashlib.sha256).digest()
        digests[name] = tagged("field", own, jcs([name, value]).encode()).hex()
    return str(tagged("record", jcs({"type": kind, "fields": digests}).encode()).hex())


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
    entry = {
        "at": on + DAY_MS + 3_600_000,
        "agency": AGENCY,
        "case": None,
        "verb": "looks.sealed",
        "operation": "other",
        "outcome": "allowed",
        "actor": {"id": drawn("worker")[:32], "role": "service", "team": None, "agency": AGENCY},
        "session": None,
        "request": None,
        "reason": date,
        "recipient": None,
        "alert": None,
        "decision": None,
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
    sent = [
        {
            "device": DEVICE,
            "on": FIRST,
            "kind": "site",
            "terms": ["Invented words."],
            "commit": drawn(f"sent {n}"),
            "unkept": None,
        }
        for n in (1, 2)
    ]
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


def of_look(**values: Any) -> Callable[[Doc], object]:
    return lambda it: it["days"][0]["looks"][1]["look"].update(values)


def of_day(**values: Any) -> Callable[[Doc], object]:
    return lambda it: it["days"][1].update(values)


def of_entry(**values: Any) -> Callable[[Doc], object]:
    return lambda it: it["days"][1]["entry"].update(values)


def of_state(place: int, **values: Any) -> Callable[[Doc], object]:
    return lambda it: it["log"][place].update(values)


def of_sent(**values: Any) -> Callable[[Doc], object]:
    return lambda it: it["sent"][1].update(values)


def of_waiting(**values: Any) -> Callable[[Doc], object]:
    return lambda it: it["waiting"][1].update(values)


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
    holds(
        "nothing was sent and nobody looked", (0, 0, 0, 0), lambda it: it.update(sent=[], log=[], days=[], waiting=[])
    )
    holds("nothing of who looked is proved yet", (2, 0, 0, 2), lambda it: it.update(log=[], days=[]))
    holds("no state after the one that was given", (2, 0, 4, 2), lambda it: it.update(log=it["log"][:2]))
    for why in ("refused", "lost"):
        holds(f"what was sent and is {why}", (2, 0, 4, 2), of_sent(kind=None, terms=[], unkept=why))
    fails(
        "never journalled, and refused",
        "sent",
        [2],
        (1, 4),
        of_sent(kind=None, terms=[], unkept="refused", commit=drawn("x")),
    )
    holds("a line of another device", (1, 1, 4, 2), lambda it: it["sent"][0].update(device="de01" * 8))
    fails("another person's", "other", [None], (0, 0), lambda it: it.update(case="ca5f" * 8), waiting=0)
    fails("another agency's", "other", [None], (0, 0), lambda it: it.update(agency="a6e1" * 8), waiting=0)
    fails("never journalled", "sent", [2], (1, 4), lambda it: it["sent"][1].update(commit=drawn("never")))
    fails(
        "told before its day was over",
        "late",
        [5, 6],
        (2, 4),
        lambda it: it.update(until=FIRST + 9 * DAY_MS),
        waiting=0,
    )
    fails("days without a state of the log", "log", [None], (2, 0), lambda it: it.update(log=[]))
    fails("a state of the log without days", "log", [None], (2, 0), lambda it: it.update(days=[]))
    fails("a checkpoint that is no note", "log", [None], (2, 0), of_state(0, checkpoint="no note"))
    stranger, last = "log.invalid/87", len(records)
    fails("signed by another", "log", [None], (2, 0), of_state(2, checkpoint=signed(records, stranger)))
    fails("of another log", "log", [None], (2, 0), of_state(2, checkpoint=signed(records, origin=stranger)))
    fails(
        "another root of a size that was given",
        "log",
        [None],
        (2, 0),
        of_state(1, checkpoint=signed(records[: last - 4], root=bytes(31) + b"1")),
    )
    fails("a state that does not go on from the one before", "log", [None], (2, 0), of_state(1, path=[]))
    fails("a state that nothing comes before, with a path", "log", [None], (2, 0), of_state(0, path=[drawn("x")]))
    fails("states in another order", "log", [None], (2, 0), lambda it: it["log"].reverse())
    fails("no state that was given", "unseen", [1, 2, 3, 4], (2, 0), lambda it: leads_elsewhere(it, records))
    fails("only states before the one that was given", "unseen", [1, 2], (2, 0), only_the_first)
    fails("another day's entry", "day", [3, 4], (2, 2), lambda it: it["days"][1].update(entry=it["days"][0]["entry"]))
    fails("another act's entry", "day", [3, 4], (2, 2), of_entry(verb="case.consulted"))
    fails("another root in the entry", "day", [3, 4], (2, 2), of_entry(manifest=drawn("another root")))
    fails("another salt of the entry", "day", [3, 4], (2, 2), of_day(salt=b64(bytes(32))))
    fails("another number in the run", "day", [3, 4], (2, 2), of_day(number=9))
    fails("another place in the log", "day", [3, 4], (2, 2), of_day(index=5))
    fails("no path to the checkpoint", "day", [3, 4], (2, 2), of_day(path=[]))
    fails("another role", "look", [2], (2, 3), of_look(role="data_protection"))
    fails("another team", "look", [2], (2, 3), of_look(team="South"))
    fails("another act", "look", [2], (2, 3), of_look(what="export.downloaded"))
    fails("of another case", "look", [2], (2, 3), of_look(case="ca5f" * 8))
    fails("of another day", "look", [2], (2, 3), of_look(on=FIRST + 5 * DAY_MS))
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
