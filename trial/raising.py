"""Raises the whole system in one home: database, keys, directory, processes, the invented case. A second time it continues there.

What stands from an earlier run of the same code is not done again (`standing.py`).
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from offmon.core.errors import OffmonError
from offmon.core.ids import Ms
from offmon.server.base import clock
from offmon.server.base.policies import MIGRATE
from offmon.server.processes.closing import close_to_everybody
from offmon.server.processes.roles import PROCESS_ROLES, create_roles
from trial import ceremony, publishing
from trial.ceremony import Ceremony
from trial.code import state_of_code
from trial.databases import create_database, database_exists, migrate
from trial.pdf import pdf_of
from trial.places import CHECKOUT, ProgramCode, TrialHome, account_of, own_code
from trial.postgres import launch
from trial.stack import DATABASE, PART_S, Stack
from trial.standing import Standing, mark_of
from trial.supervise import Processes, Say, becoming
from trial.telling import Span, Spans

MIGRATION: Final = (sys.executable, "-P", "-m", "django", "migrate", "--settings=offmon.server.base.settings.migrate")


class PartFailed(OffmonError):
    """A part of the trial that runs inside Django ended with an error."""


@dataclass(frozen=True)
class Raised:
    """The system, running."""

    stack: Stack
    processes: Processes
    spans: Mapping[str, Span] = field(default_factory=dict)
    """How long each step took until all answered."""


@contextmanager
def raised(
    home: TrialHome, code: ProgramCode, ports: Mapping[str, int], say: Say, environ: Mapping[str, str] = os.environ
) -> Iterator[Raised]:
    """The whole system, for as long as the block runs. DATABASE_URL in `environ` names a server to use instead of a private one."""
    spans = Spans()
    with home.held():
        with spans.step("postgres"):
            server = launch(home.path / "pg", environ=environ)
        say("PostgreSQL answers, on a socket only")
        processes = Processes(home, say)
        try:
            with spans.step("keys"):
                stack = Stack(home, code, server, _keys(home, say), ports)
            _prepare(stack, Standing(home.path, state_of_code(CHECKOUT)), spans, say)
            processes.start([*stack.specs(), stack.seeding()])
            played = len(processes.said("seed"))
            say(
                f"the invented case stands, up to a served notice: {played} steps played now, each the product's own action"
            )
            yield Raised(stack, processes, spans | processes.spans)
        finally:
            processes.stop()
            server.stop()


def _prepare(stack: Stack, standing: Standing, spans: Spans, say: Say) -> None:
    """Roles, schema, addresses and directory: what must stand before a process starts."""
    server = stack.server
    with spans.step("roles"):
        create_roles(server.superuser_url, server.secrets)
        if not database_exists(server, DATABASE):
            create_database(server, DATABASE)
        close_to_everybody(server.superuser_url, DATABASE)
        mark = mark_of(server, DATABASE)
    if not standing.has("migrate", mark):
        with spans.step("migrate"):
            migrate(server, DATABASE, MIGRATION)
        standing.note("migrate", mark)
    say(f"{len(PROCESS_ROLES)} database roles, one a process; the schema is up to date")
    if stack.code != own_code():
        say(
            f"the checkout lies where other users cannot go, so the processes run a copy of the code below {stack.home.path}"
        )
    stack.write_database_addresses()
    if not (standing.has("publish") and publishing.is_whole(stack.home)):
        with spans.step("publish"):
            publishing.publish(stack.home, stack.code)
        standing.note("publish")
    _lay_out_papers(stack.home)
    if not (standing.has("directory", mark) and stack.home.sign_ins.exists()):
        with spans.step("directory"):
            _directory(stack)
        standing.note("directory", mark)


def _lay_out_papers(home: TrialHome) -> None:
    """The impact assessment and the policy document, each drawn once."""
    for source, paper in (("trial.md", home.assessment), ("trial-policy.md", home.policy)):
        if not paper.exists():
            paper.write_bytes(pdf_of((CHECKOUT / "docs" / "dpia" / source).read_text("utf-8")))
            paper.chmod(0o644)


def _keys(home: TrialHome, say: Say) -> Ceremony:
    made = ceremony.hold(home, Ms(clock.now()))
    say(f"keys are made; the agencies' roots lie in {home.offline_root}, which no process reads")
    return made


def _directory(stack: Stack) -> None:
    """The agencies and their staff, as the operator writes them: by the migrating role."""
    code = own_code()  # root may go where the other processes need a copy
    environment = {
        **os.environ,
        **code.environment(),
        "OFFMON_DATABASE_URL": stack.server.url(DATABASE, MIGRATE),
        "DJANGO_SETTINGS_MODULE": "offmon.server.base.settings.migrate",
    }
    _run([str(code.python), *_play("directory", stack)], environment)


def part(name: str, stack: Stack) -> str:
    """Play a part as the console does: on its role and uid. Returns what it said."""
    command = [*becoming(account_of("console")), str(stack.code.python), *_play(name, stack)]
    return _run(command, stack.environment("console"))


def _play(part: str, stack: Stack) -> list[str]:
    return ["-P", "-m", "trial.play", part, str(stack.home.path)]


def _run(command: list[str], environment: Mapping[str, str]) -> str:
    try:
        ended = subprocess.run(  # noqa: S603 - argument lists of this package, never a shell
            command, cwd="/", env=dict(environment), capture_output=True, text=True, check=False, timeout=PART_S
        )
    except subprocess.TimeoutExpired:
        raise PartFailed("part-failed", f"{' '.join(command[-2:])} did not end in {PART_S:.0f} s.") from None
    if ended.returncode != 0:
        code = "part-failed"
        message = f"{' '.join(command[-2:])} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr.strip()}"
        raise PartFailed(code, message)
    return ended.stdout
