"""The jobs of a story's worker, as the process itself has them, without its waits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.test import override_settings

from offmon.core.formats.keys import Algorithm
from offmon.core.formats.trust import KeyRole
from offmon.server.audit.actions.sequence import SequencedLog
from offmon.server.base.policies import Process
from offmon.server.processes.worker import service
from offmon.server.processes.worker.job import Job
from tests.support.instant_witness import seed_key
from tests.support.story import ORIGIN, Story


@contextmanager
def working(story: Story, vault: Path | None = None, **told: str) -> Iterator[dict[str, Job]]:
    """Every job of the worker by its name, for what this test runs as the worker. Witness and signer are nowhere."""
    nowhere = seed_key("witness.invalid/nowhere", Algorithm.COSIGNATURE).public.vkey
    places = {
        "OFFMON_WITNESS_URL": "http://127.0.0.1:9",
        "OFFMON_WITNESS_KEY": nowhere,
        "OFFMON_SIGNER_SOCKET": "/nowhere",
        "OFFMON_VAULT_SOCKET": str(vault or "/nowhere"),
        **dict.fromkeys(("OFFMON_LICENCE_FEED", "OFFMON_LICENCE_URL", "OFFMON_LICENCE_TOKEN")),
    }
    with override_settings(**places | told), story.running(Process.WORKER):
        yield {job.name: job for job in service.jobs_of(SequencedLog(story.agency, ORIGIN, story.keys[KeyRole.LOG]))}


def turn(story: Story, name: str, vault: Path | None = None, **told: str) -> bool:
    """A turn of one job of a worker that has just begun: whether it did anything. Whatever it failed by is raised."""
    with working(story, vault, **told) as jobs:
        did = jobs[name].turn(time.monotonic())
        if (error := jobs[name].error) is not None:
            raise error
        return did
