"""python -m trial COMMAND: the whole system on this machine, with an invented agency.

- run     start everything and keep it running until Ctrl-C; a second run goes on where the first one was
- device  be the supervised person beside it, on the screen that you sit at: agent, indicator, browser; --server says where to
- code    what the authenticator app of an invented member of staff shows now: `code officer`
- mail    what came to the trial's own mail server: it sends nothing on
- demo    play the thread once, from an order to a bundle that verifies; --json prints one object as the last line
- reset   forget what `run` kept
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Final

from offmon.core.errors import OffmonError
from offmon.server.base import clock
from trial import apps, by_hand, demo, mailbox, tour
from trial.demo import NO_DISPLAY
from trial.forget import forget
from trial.invented import OFFICER
from trial.person import MissingDisplay
from trial.places import TrialHome, choose_home, reachable_code
from trial.ports import PORTS, held, replaced
from trial.raising import raised
from trial.telling import Progress, table

STOPS: Final = (signal.SIGINT, signal.SIGTERM)  # both are asked for by people, and both stop everything in order


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit status (0 done, 1 failed, 3 something of the machine is missing)."""
    parser = argparse.ArgumentParser(prog="trial", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("command", choices=("run", "device", "code", "mail", "demo", "reset"))
    parser.add_argument("who", nargs="?", default=OFFICER, help="code: whose app, by sign-in name")
    parser.add_argument("--home", type=Path, default=None, help="another folder than .run in the checkout")
    parser.add_argument("--json", action="store_true", help="demo: one JSON object as the last line")
    parser.add_argument("--times", action="store_true", help="run: how long each step took until all answered")
    parser.add_argument(
        "--server", default=f"http://127.0.0.1:{PORTS['ingest']}", help="device: the address that `run` prints"
    )
    asked = parser.parse_args(arguments)
    path = (asked.home or choose_home()).absolute()
    for number in STOPS:
        signal.signal(number, _stop)
    try:
        match asked.command:
            case "reset":
                sys.stdout.write(forget(path))
            case "demo":
                return demo.play(path / "demo", as_json=asked.json)
            case "code":
                sys.stdout.write(f"{apps.shown(apps.way_in(TrialHome(path), asked.who).secret, clock.now())}\n")
            case "mail":
                sys.stdout.write(mailbox.shown(TrialHome(path).mail))
            case "device":
                TrialHome(path)  # passable by the person's account, if it is not there yet
                by_hand.be(TrialHome(path / "device"), asked.server)
            case _:
                _run(TrialHome(path), times=asked.times)
    except MissingDisplay as error:
        sys.stderr.write(
            f"The supervised person is shown an indicator on a screen, and there is none. This would help:\n{error.message}\n"
        )
        return NO_DISPLAY
    except OffmonError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stdout.write("\nEverything is stopped. The same command goes on where it was; `make reset` forgets it.\n")
        return 1 if asked.command == "demo" else 0
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Everything ends in order, once: a second Ctrl-C would leave the rest running, unsaid."""
    for number in STOPS:
        signal.signal(number, _is_stopping)
    raise KeyboardInterrupt


def _is_stopping(_number: int, _frame: FrameType | None) -> None:
    os.write(sys.stdout.fileno(), b"\nIt is being stopped, one after the other. Wait a few seconds.\n")


def _run(home: TrialHome, *, times: bool) -> None:
    say = Progress()
    with held() as ports, raised(home, reachable_code(home), ports, say) as system:
        for line in replaced(ports):
            say(line)
        if times:
            sys.stdout.write(f"\n{table(system.spans)}")
        sys.stdout.write(tour.text(system.stack))
        sys.stdout.flush()
        while True:
            time.sleep(0.5)
            system.processes.watch()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
