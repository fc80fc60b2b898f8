"""docs/performance.md: each ratio with its goal, as it was measured last, and what limits it. `python -m bench` draws it."""

from collections.abc import Iterator, Mapping
from typing import Final

from bench.goals import GOALS
from bench.result import RESULTS, ROOT, Result, load

PAGE: Final = ROOT / "docs/performance.md"
HEAD: Final = """\
# How fast, and how light

Each line is a ratio to a limit, or to a peer that was measured in the same run.

- Where the limit is a time, a slow or busy machine alone may miss the goal.
- Measure again on a machine with nothing else to do: `make bench`, or `make bench ARGS="intake device"`. It draws this page.
- The last column is how many processes wanted to run on the two cores just before: 0 is quiet, and over 2 is busy.
- `bench/results/NAME.json` has every figure and its machine. `bench/goals.py` has the goals.

| what | found | goal | | load |
| --- | --- | --- | --- | --- |
"""
MIDDLE: Final = """
## What limits each

"""
# By benchmark: what the next step would have to change.
LIMITS: Final[Mapping[str, str]] = {
    "intake": (
        "Of a batch's time 58 % is the database's: its rows, entry and commit. So without any Python it would be 0.46 of the ceiling."
        " The rest checks and hashes each item by itself."
    ),
    "heartbeats": (
        "Two signatures for each, one checked and one made, two round trips to the database, and Python."
        " The short form saves bytes, and little time."
    ),
    "fleet": "Ingest: two signatures, two round trips and Python for each heartbeat. The database and the worker come after it.",
    "audit": "An entry is a second row with its own trigger, in the same transaction, as ADR 4 wants it.",
    "compile": "The signer reads every order, list and notice anew for each profile. It trusts no copy.",
    "feed": "Each change of a licence writes a row and an entry of its own case.",
    "verify": "Signatures and hashes of each item, one after the other, in Python.",
    "set_up": "What a start imports: ten processes take most of a second each, on as many cores as there are.",
    "queue_page": "Row-level security is asked for each row that is counted.",
    "pages": (
        "Python puts each small statement into words."
        " Each person who is named has an entry."
        " Partitions by month do not pay: of 600,000 rows in 24 months a case is found in 1.9 times the time, a row by its id in 1.7."
        " Retention deletes by case, which took 2.3 times as long, and no month is ever dropped whole."
    ),
    "log_page": "The search reads the entries of the days that were asked for.",
    "log": "A proof reads a file of each level of the log, of 256 hashes each.",
    "tip_off": "Both portals do the same work. What differs is the machine's noise.",
    "device": "A look at the window each second, and the interpreter's own size.",
    "integrity": "It reads each row that an act touched, and the whole again and again.",
    "matching": "Python brings a page's words into one form first, which takes longer than the automaton itself.",
    "page_load": "The machine's noise: two browsers without us differ as much.",
    "availability": "Each attack has limits of its own in the database and before it.",
    "night": "The worker looks each second, and a mail takes a talk with its server.",
    "visit_to_queue": "The agent sends at once, and the worker looks each second.",
}


def text(results: Mapping[str, Result]) -> str:
    """The page of these results by benchmark. The last column: how busy the machine was before."""
    rows = [line for name in GOALS if name in results for line in _rows(name, results[name])]
    limits = [f"- **{name}**: {LIMITS[name]}" for name in GOALS if name in results]
    fleet = _fleet(results["fleet"]) if "fleet" in results else ""
    return HEAD + "\n".join(rows) + "\n" + MIDDLE + "\n".join(limits) + "\n" + fleet


def _fleet(of: Result) -> str:
    """What one machine carries, in words."""
    at = of.figures
    used = {name.removeprefix("ramp.last.cores."): at[name] for name in at if name.startswith("ramp.last.cores.")}
    del used["client"]
    most = max(used, key=lambda name: used[name])
    broken = f" At {at['ramp.breaks_at_devices']:,.0f} it was late, and {most} used most: {used[most]:.1f} cores."
    sizes = sorted(
        int(name[3:].partition(".")[0]) for name in at if name.startswith("at_") and name.endswith(".p95_ms")
    )
    stretches = [(f"{size:,} devices", f"at_{size}") for size in sizes]
    stretches += [("all back after an outage", "rush"), ("all noted after midnight", "midnight")]
    rows = "\n".join(_stretch(at, title, name) for title, name in stretches if f"{name}.p95_ms" in at)
    parts = {name.removeprefix("year.cpu_s."): at[name] / at["year.cpu_s"] for name in at if _is_part(name)}
    return f"""
## How many devices one machine carries

A device beats each five minutes. One in a hundred has a finding an hour, and one in a thousand is away for a day.

| | asked a second | answered | 95 % answered within | finding to alert | cores: ingest | database | worker |
| --- | --- | --- | --- | --- | --- | --- | --- |
{rows}

- Measured: the requests of {at["ramp.holds_at_devices"]:,.0f} devices were answered in time on {of.machine["cores"]} cores.\
{broken if at["ramp.breaks_at_devices"] else ""}
- Computed from the cost of one request of each kind: the cores are full at {at["full.cores_at_devices"]:,.0f} devices, the worker's one
  thread at {at["full.worker_at_devices"]:,.0f}.
- A device-year takes {at["year.cpu_s"]:,.0f} s of processor time and {at["year.bytes"] / 1e6:.1f} MB. Of the time: \
{", ".join(f"{kind} {share:.0%}" for kind, share in parts.items())}.{_priced(at)}
- After an outage of an hour the rush of the largest fleet of the run lasts {at["rush.lasts_s"] / 60:.1f} minutes.
- Requests are simulated, over real HTTP and with real signatures. TLS, networks and a second machine are not in it.
"""


def _stretch(at: Mapping[str, float], title: str, name: str) -> str:
    cores = " | ".join(f"{at[f'{name}.cores.{process}']:.2f}" for process in ("ingest", "postgres", "worker"))
    p95, lag = at[f"{name}.p95_ms"], at[f"{name}.finding_to_alert_p95_s"]
    asked, served = at[f"{name}.asked_per_s"], at[f"{name}.served"]
    return f"| {title} | {asked:,.0f} | {served:.0%} | {p95:,.0f} ms | {lag:.1f} s | {cores} |"


def _is_part(name: str) -> bool:
    return name.startswith("year.cpu_s.") and not name.startswith("year.cpu_s.of.")


def _priced(at: Mapping[str, float]) -> str:
    """A device-year in money, where the result has it: older ones do not."""
    if "pence" not in at:
        return ""
    return f"""
- Our own round prices are 4 pence a core-hour, half of it used, 10 pence a GB and month, and 8 pence a GB sent. At these it costs
  {at["pence"]:.1f} pence: cores {at["pence.cores"]:.1f}, storage {at["pence.storage"]:.1f}, line {at["pence.line"]:.1f}."""


def draw() -> None:
    """Write the page from the results as they lie there."""
    PAGE.write_text(text(held()), "utf-8")


def held() -> dict[str, Result]:
    """Each result that lies there, by benchmark."""
    files = {name: RESULTS / f"{name}.json" for name in GOALS}
    return {name: load(file.read_text("utf-8")) for name, file in files.items() if file.exists()}


def _rows(name: str, of: Result) -> Iterator[str]:
    for ratio, goal in GOALS[name].items():
        if ratio in of.ratios:
            verdict = "met" if goal.is_met(of.ratios[ratio]) else "**missed**"
            busy = of.machine.get("load_before", "")
            yield f"| `{ratio}`: {goal.what} | {of.ratios[ratio]:g} | {goal} | {verdict} | {busy} |"
