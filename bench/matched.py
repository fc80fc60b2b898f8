"""python -m bench.matched FOLDER [--profile]: an agent's detectors with the lists of `bench.matching`, measured from within.

Only what an agent has is imported before the lists are taken. It says what it found as one JSON object.
"""

import cProfile
import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

ROUNDS: Final = 41
PAGES: Final = 5  # one after the other: two automatons by turns would only measure the processor's cache
RESULTS: Final = "https://www.google.com/search?q=what+was+looked+for"
ELSEWHERE: Final = "https://a.page.of.no.list.example/with/a/path?and=more"
MIB: Final = 1 << 20


def main(arguments: list[str]) -> int:
    """Measure and say; returns the exit status."""
    folder, profiled = Path(arguments[0]), "--profile" in arguments
    began = private()
    import ahocorasick_rs  # noqa: PLC0415 - what it takes is measured

    library = private() - began
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey  # noqa: PLC0415 - as above

    from offmon.agent.clock import Timekeeper  # noqa: PLC0415
    from offmon.agent.home import AgentHome  # noqa: PLC0415
    from offmon.agent.profiles import Identity  # noqa: PLC0415
    from offmon.agent.trust_state import Belief  # noqa: PLC0415
    from offmon.core.formats import codec  # noqa: PLC0415
    from offmon.core.formats.event import Observation, Origin, PageClass  # noqa: PLC0415
    from offmon.core.formats.keys import PublicKey  # noqa: PLC0415
    from offmon.core.formats.protocol import MAX_ANSWER, Enrolled  # noqa: PLC0415
    from offmon.match.text import line_of  # noqa: PLC0415

    told: dict[str, Any] = json.loads((folder / "told.json").read_bytes())
    enrolled = codec.load(Enrolled, (folder / "enrolled").read_bytes(), max_size=MAX_ANSWER)
    opening = X25519PrivateKey.from_private_bytes(bytes.fromhex(told["opening"]))
    root = PublicKey.parse(enrolled.root)
    identity = Identity(enrolled.agency, enrolled.deployment, enrolled.device, root, told["device_key"], opening)
    belief = Belief(AgentHome(folder / "home"), identity, enrolled, Timekeeper(told["at"]))
    gc.collect()
    before, peak_before, since = private(), peak(), time.perf_counter()
    belief.take((folder / "update").read_bytes(), told["at"])
    accepting, held, most = time.perf_counter() - since, private() - before + library, peak() - peak_before
    if belief.held is None:
        return 1
    pipeline = belief.held.pipeline

    def look(text: str) -> Callable[[], int]:
        seen = Observation(told["at"], RESULTS, "", PageClass.READABLE, text, Origin.LINK)
        return lambda: len(pipeline.examine(seen, told["at"], 0))

    if profiled:
        from bench.inside import hottest  # noqa: PLC0415

        profile = cProfile.Profile()
        for text in told["pages"].values():
            profile.runcall(look(text))
        sys.stdout.write(json.dumps({"hottest": hottest(profile).splitlines()}))
        return 0
    address = Observation(told["at"], ELSEWHERE, "", PageClass.UNKNOWN, None, Origin.LINK)
    automaton = ahocorasick_rs.BytesAhoCorasick(
        [b" %b " % line_of(phrase) for phrase in told["phrases"]],
        implementation=ahocorasick_rs.Implementation.ContiguousNFA,
    )

    def alone(text: str) -> Callable[[], int]:
        line = b" %b " % line_of(text)
        return lambda: len(automaton.find_matches_as_indexes(line, overlapping=True))

    def form(text: str) -> Callable[[], int]:
        return lambda: len(line_of(text))

    said = {
        "held_mib": held / MIB,
        "peak_mib": most / MIB,
        "update_mib": (folder / "update").stat().st_size / MIB,
        "accepting_s": accepting,
        "address_ms": beside(lambda: len(pipeline.examine(address, told["at"], 0)))["ms"],
        "pages": {kind: beside(look(text), alone(text), form(text)) for kind, text in told["pages"].items()},
    }
    sys.stdout.write(json.dumps(said))
    return 0


def beside(ours: Callable[[], int], *parts: Callable[[], int]) -> dict[str, float]:
    """Medians by turns of the whole, of the automaton alone and of the words' one form alone; and the second as a share of the first."""
    rounds = [[timed(call) for call in (ours, *parts)] for _ in range(ROUNDS)]
    found = {
        called: median(one) * 1_000 for called, *one in zip(("ms", "automaton_ms", "words_ms"), *rounds, strict=False)
    }
    share = median(automaton / whole for whole, automaton, *_ in rounds) if parts else 0.0
    return found | {"share": share, "found": ours()}


def timed(call: Callable[[], int]) -> float:
    """Seconds of processor time for one call: another process's turn is not counted."""
    began = time.thread_time()
    for _ in range(PAGES):
        call()
    return (time.thread_time() - began) / PAGES


def private() -> int:
    """Bytes of memory that nothing else would hold without this process."""
    lines = (line.split() for line in Path("/proc/self/smaps_rollup").read_text("ascii").splitlines())
    return sum(1024 * int(line[1]) for line in lines if line[0] in {"Private_Clean:", "Private_Dirty:"})


def peak() -> int:
    """Bytes that were resident at most until now."""
    lines = (line.split() for line in Path("/proc/self/status").read_text("ascii").splitlines())
    return next(1024 * int(line[1]) for line in lines if line[0] == "VmHWM:")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
