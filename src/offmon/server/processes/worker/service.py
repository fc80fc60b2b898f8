"""The worker, wired: which agencies it works for, with which keys, and by which jobs."""

import logging
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from offmon.core.errors import Refused
from offmon.core.ids import Id, Origin
from offmon.core.keys import PublicKey, SigningKey
from offmon.server.agencies.queries import AgencyView, agencies
from offmon.server.audit.actions.sequence import Log
from offmon.server.audit.witness_client import Witness
from offmon.server.base.actor import Service, service
from offmon.server.base.policies import Process
from offmon.server.base.signer import Signer
from offmon.server.processes.roles import assert_ordinary
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.job import Job
from offmon.server.processes.worker.loop import AgencyLoop

LOOK_AGAIN_S: Final = 5.0
RENEW_EVERY_S: Final = 1.0

_log = logging.getLogger("offmon.worker")


def work(stop: threading.Event) -> None:
    """Run a loop for each agency whose log key is here, until asked to stop. An agency that is added later is found."""
    connection.ensure_connection()
    assert_ordinary(connection.connection, Process.WORKER)
    loops: dict[Id, AgencyLoop] = {}
    while not stop.is_set():
        for agency in agencies():
            if agency.id not in loops and (key := log_key(agency)) is not None:
                loops[agency.id] = AgencyLoop(agency.id, partial(jobs_of, agency, key), stop)
                loops[agency.id].start()
                _log.info("agency %s: working", agency.id)
        connection.close()
        stop.wait(LOOK_AGAIN_S)
    for loop in loops.values():
        loop.join()


def log_key(agency: AgencyView) -> SigningKey | None:
    """The agency's log key, named as the log's origin (C2SP tlog-checkpoint); None where it is another worker's. Raises Refused."""
    file = Path(settings.OFFMON_LOG_KEYS) / agency.id
    try:
        return SigningKey.from_seed(agency.origin, file.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused("no-log-key", f"An agency's log key cannot be read: {error.strerror}.") from None


def jobs_of(agency: AgencyView, key: SigningKey) -> Sequence[Job]:
    """The jobs of one agency, in the order of a turn."""
    actor = service(Service.WORKER, agency.id)
    log = Log(agency.id, Origin(agency.origin), key)
    to = Witness(settings.OFFMON_WITNESS_URL, PublicKey.parse(settings.OFFMON_WITNESS_KEY))
    signer = Signer(Path(settings.OFFMON_SIGNER_SOCKET))
    return (
        Job("sequence", partial(jobs.sequence, log, actor)),
        Job("witness", partial(jobs.witness, log, to, actor)),
        Job("group", jobs.Grouping(actor)),
        Job("renew", partial(jobs.renew, actor), RENEW_EVERY_S),
        Job("sign", partial(jobs.sign, signer, actor)),
    )
