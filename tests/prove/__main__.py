"""`python -m tests.prove`: each safeguard in turn, with and without. Prints a table; exit 1 where a test passes without its safeguard."""

import subprocess
import sys
import time

from tests.prove.register import PAGE, ROOT, page, safeguards


def main(arguments: list[str]) -> int:
    """Prove all safeguards, or those named; `--write` draws the page instead."""
    if arguments == ["--write"]:
        PAGE.write_text(page(), "utf-8")
        return 0
    chosen = [one for one in safeguards() if not arguments or one.id in arguments]
    bad = 0
    for one in chosen:
        bad += _line(one.id, "function", one.test, "--without", one.id)
        for number, stop in enumerate(one.backstops):
            bad += _line(one.id, "backstop", stop.backstop_test, "--without-backstop", f"{one.id}:{number}")
    print(f"{len(chosen)} safeguards tried, {bad} not proved")  # noqa: T201  a command's output
    return 1 if bad else 0


def _line(safeguard: str, what: str, test: str, *without: str) -> bool:
    """Run the test with and without; print one line. True where it is not proved."""
    began = time.monotonic()
    present = _pytest(test)
    absent = _pytest(test, *without)
    # 1: tests were collected and failed. Anything else (a broken import, no such test) proves nothing.
    proved = (present, absent) == (0, 1)
    verdict = "proved" if proved else f"NOT PROVED (with: {present}, without: {absent})"
    print(f"{safeguard:>4} {what:<9} {verdict:<12} {time.monotonic() - began:5.1f} s  {test}", flush=True)  # noqa: T201
    return not proved


def _pytest(test: str, *options: str) -> int:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.prove.plugin",
        "-p",
        "no:cacheprovider",
        *options,
        test,
    ]
    return subprocess.run(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
