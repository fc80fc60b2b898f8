"""The agent from a command line. It has no option that hides the indicator or collects without it.

    python -m offmon.agent enrol  --home DIR --server URL --code-file FILE
    python -m offmon.agent run    --home DIR --server URL [--heartbeat SECONDS] [--gaps SECONDS]
    python -m offmon.agent status [--home DIR]
    python -m offmon.agent told   [--home DIR] FILE
    python -m offmon.agent known  [--home DIR]
    python -m offmon.agent ended  [--home DIR] FILE
    python -m offmon.agent remove --home DIR (--server URL | --certificate FILE)

Exit status: 0 done, 1 refused, 2 not understood, 3 no display on which the indicator can be seen.
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Final

from offmon.agent.home import AgentHome
from offmon.core.clock import SECOND_MS
from offmon.core.errors import Malformed, OffmonError, Refused
from offmon.core.formats import codec
from offmon.core.formats.event import HEARTBEAT_MS
from offmon.core.formats.protocol import Code
from offmon.core.text.terminal import tolerate

NO_DISPLAY: Final = 3
_MAX_CODE_FILE: Final = 4096
_ASKS: Final = {"status", "told", "known", "ended"}
"""What reaches no server."""


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit status."""
    os.umask(0o077)
    tolerate(sys.stdout, sys.stderr)
    given = _parser().parse_args(arguments)
    try:
        home = AgentHome(given.home)
        return _run(home, given) if given.command == "run" else _answer(home, given)
    except OffmonError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _run(home: AgentHome, given: argparse.Namespace) -> int:
    """The agent runs all day: it holds nothing of the other commands."""
    from offmon.agent.app import Agent, Stop  # noqa: PLC0415
    from offmon.agent.presence.indicator import IndicatorFailed  # noqa: PLC0415
    from offmon.agent.presence.screen import NoDisplay, NotMeasurable  # noqa: PLC0415

    stop = Stop()
    # From before the agent is made: there is no moment in which they end it without its last words.
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda _number, _frame: stop.set())
    try:
        Agent(home, given.server, given.heartbeat, given.gaps, stop).run()
    except (NoDisplay, NotMeasurable, IndicatorFailed) as error:
        sys.stderr.write(f"{error}\n")
        return NO_DISPLAY
    return 0


def _answer(home: AgentHome, given: argparse.Namespace) -> int:
    from offmon.agent import activity_record, clock, ended, enrol, keys, language, remove, status  # noqa: PLC0415

    spoken = language.of_session(os.environ)
    if given.command == "enrol":
        enrol.enrol(home, keys.load_or_draw(home), given.server, _code(given.code_file), clock.now())
        sys.stdout.write(
            "This device is enrolled. Nothing is collected until its profile arrives.\n"
            "Leave the first eight letters and digits of the code with the person, on paper: with them they choose the PIN that "
            "shows them what is monitored.\n"
        )
    elif given.command == "told":
        found, said = activity_record.check(home, given.file, spoken, clock.now())
        sys.stdout.write(said)
        return found
    elif given.command == "known":
        sys.stdout.write(codec.dump(activity_record.known(home, clock.now())).decode())
    elif given.command == "ended":
        sys.stdout.write(status.over(ended.keep(home, ended.brought(given.file), enrol.load(home)), spoken))
    elif given.command == "remove":
        if given.certificate is not None:
            facts = ended.check(ended.brought(given.certificate), enrol.load(home))
            sys.stdout.write(status.over(facts, spoken))
        elif given.server is None:
            raise Refused("no-server", "Give --server, or the end certificate with --certificate.")
        remove.remove(home, given.server)
        sys.stdout.write("The agent's folder is removed from this account, with everything in it.\n")
    else:
        sys.stdout.write(status.describe(home, spoken, clock.now()))
    return 0


def _code(path: Path) -> Code:
    try:
        with path.open(encoding="ascii") as file:
            return Code.parse(file.read(_MAX_CODE_FILE))
    except (OSError, UnicodeDecodeError):
        raise Malformed("no-code-file", "The file with the enrolment code cannot be read.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m offmon.agent", description="The supervised person's own device.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("enrol", "run", "status", "told", "known", "ended", "remove"):
        command = commands.add_parser(name)
        asks = name in _ASKS
        home = {"default": _usual_home()} if asks else {"required": True}
        command.add_argument("--home", type=Path, help="folder of the agent, closed to everyone else", **home)
        if not asks:
            command.add_argument("--server", required=name != "remove", help="the agency's address")
        if name == "enrol":
            command.add_argument("--code-file", type=Path, required=True, help="file with the code from the paper")
        if name == "ended":
            command.add_argument("file", type=Path, help="the end certificate")
        if name == "remove":
            command.add_argument("--certificate", type=Path, help="the end certificate: then no server is needed")
        if name == "told":
            command.add_argument("file", type=Path, help="what was taken away from the person's page")
        if name == "run":
            every = HEARTBEAT_MS // SECOND_MS
            command.add_argument("--heartbeat", type=_seconds, default=every, help="seconds between signs of life")
            command.add_argument("--gaps", type=_seconds, default=3600, help="seconds between what was not covered")
    return parser


def _usual_home() -> Path:
    """Where the agent's folder is in an account, unless force IT put it elsewhere (deploy/browser/native-host)."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "offmon"


def _seconds(text: str) -> int:
    seconds = int(text)
    if not 1 <= seconds <= 3600:
        raise ValueError
    return seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
