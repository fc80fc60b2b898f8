"""`python -m tests.prove`: each safeguard in turn, with and without. Prints a table; exit 1 where one is not proved.

`S3 S4` tries these; `--unit` the functions that a test of `tests/unit` shows, in less than a minute; `--write` draws the page instead.
"""

import sys
from contextlib import nullcontext

from tests.prove.proving import database, prove, tries_of
from tests.prove.register import PAGE, page, safeguards

WITHOUT_DATABASE = ("tests/unit/", "tests/property/")


def main(arguments: list[str]) -> int:
    """Prove all safeguards, or those named."""
    if arguments == ["--write"]:
        PAGE.write_text(page(), "utf-8")
        return 0
    known = {one.id: one for one in safeguards()}
    tries = [tried for one in known.values() for tried in tries_of(one)]
    if arguments == ["--unit"]:
        tries = [one for one in tries if one.test.startswith("tests/unit/")]
    elif arguments:
        tries = [one for one in tries if one.safeguard in arguments]
    needed = any(not one.test.startswith(WITHOUT_DATABASE) for one in tries)
    bad = 0
    _say(f"{len(tries)} to try; first their tests, with everything in its place")
    with database() if needed else nullcontext(()) as lent:
        for proof in prove(tries, lent):
            bad += bool(proof.wrong)
            tried, verdict = proof.tried, f"NOT PROVED, {proof.wrong}" if proof.wrong else f"proved by {proof.shown}"
            _say(f"{tried.safeguard:>4} {tried.what} {proof.seconds:5.1f} s  {tried.test}", f"       {verdict}")
    _say(f"{len(tries)} tried, {bad} not proved")
    return 1 if bad or not tries else 0


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201  a command's output


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
