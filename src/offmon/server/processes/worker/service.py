"""The worker, wired: which agencies it works for, with which keys, and by which jobs."""

import logging
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.utils import Error

from offmon.core.errors import Refused
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.ids import Id, Origin
from offmon.server.agencies.queries import AgencyView, agencies
from offmon.server.audit.actions.sequence import SequencedLog
from offmon.server.audit.witness_client import WitnessClient
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.policies import Process
from offmon.server.base.signer import WAIT_S, SignerClient
from offmon.server.base.vault import VaultClient
from offmon.server.processes.roles import assert_ordinary
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.figures import publish_figures
from offmon.server.processes.worker.in_turn import InTurn
from offmon.server.processes.worker.job import Each, Job
from offmon.server.processes.worker.licences import FeedFolder, LicenceSource, pull
from offmon.server.processes.worker.locking import Locking, erase
from offmon.server.processes.worker.loop import AgencyLoop

LOOK_AGAIN_S: Final = 5.0
RENEW_EVERY_S: Final = 1.0
BEGIN_EVERY_S: Final = 2.0
WITHDRAW_EVERY_S: Final = 2.0
ACCOUNTS_EVERY_S: Final = 2.0
PASS_ON_EVERY_S: Final = 10.0
LEAVE_OFF_EVERY_S: Final = 2.0
WATCH_EVERY_S: Final = 15.0
SEAL_LOOKS_EVERY_S: Final = 60.0
NOTE_DAYS_EVERY_S: Final = 60.0
RECORD_HOURS_EVERY_S: Final = 1800.0
FORGET_NONCES_EVERY_S: Final = 60.0
DESTROY_EVERY_S: Final = 10.0
PREPARE_EVERY_S: Final = 2.0
LOCK_EVERY_S: Final = 5.0
PREPARE_AGAIN_S: Final = 600.0  # what is refused for good costs a whole bundle each time
END_ENQUIRIES_EVERY_S: Final = 3600.0
FIGURES_EVERY_S: Final = 600.0
END_OVERLONG_EVERY_S: Final = 2.0
LICENCE_FILES_EVERY_S: Final = 5.0
LICENCE_PULL_EVERY_S: Final = 60.0
LICENCE_PULL_AGAIN_S: Final = 300.0

_log = logging.getLogger("offmon.worker")


def work(stop: threading.Event) -> None:
    """Run a loop for each agency whose log key is here, until asked to stop. An agency that is added later is found."""
    connection.ensure_connection()
    assert_ordinary(connection.connection, Process.WORKER)
    loops: dict[Id, AgencyLoop] = {}
    while not stop.is_set():
        for agency in _agencies():
            if agency.id not in loops and (log := log_of(agency)) is not None:
                loops[agency.id] = AgencyLoop(agency.id, partial(jobs_of, log), stop)
                loops[agency.id].start()
                _log.info("agency %s: working", agency.id)
        connection.close()
        stop.wait(LOOK_AGAIN_S)
    for loop in loops.values():
        loop.join()


def _agencies() -> list[AgencyView]:
    """The agencies; none while the database is away. The loops go on meanwhile, each trying again by itself."""
    try:
        return agencies()
    except Error as error:
        _log.warning("agencies not seen: %s; looked for again in %.0f s", type(error).__name__, LOOK_AGAIN_S)
        return []


def log_of(agency: AgencyView) -> SequencedLog | None:
    """The agency's log, with its keys as this worker was given them; None where the log is another worker's. Raises Refused.

    While one log key takes over from another, the new one lies beside it as `ID.next`, and both sign (docs/specs/profile-and-keys.md).
    """
    key, following = _log_key(agency, agency.id), _log_key(agency, f"{agency.id}.next")
    return (
        None
        if key is None
        else SequencedLog(agency.id, Origin(agency.origin), key, () if following is None else (following,))
    )


def _log_key(agency: AgencyView, file: str) -> SigningKey | None:
    """A key of the log, named as the log's origin (C2SP tlog-checkpoint)."""
    try:
        return SigningKey.from_seed(agency.origin, (Path(settings.OFFMON_LOG_KEYS) / file).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused("no-log-key", f"An agency's log key cannot be read: {error.strerror}.") from None


def jobs_of(log: SequencedLog) -> Sequence[Job]:
    """The jobs of one agency, in the order of a turn."""
    actor = service(Service.WORKER, log.agency)
    to = WitnessClient(settings.OFFMON_WITNESS_URL, PublicKey.parse(settings.OFFMON_WITNESS_KEY))
    signer = SignerClient(Path(settings.OFFMON_SIGNER_SOCKET))
    vault = VaultClient(Path(settings.OFFMON_VAULT_SOCKET), WAIT_S)
    return (
        Job("sequence", partial(jobs.sequence, log, actor), often=True),
        Job("witness", partial(jobs.witness, log, to, actor), often=True),
        Job("group", jobs.Grouping(actor)),
        Job("note days", jobs.DeviceDays(actor), NOTE_DAYS_EVERY_S),
        Job("record hours", jobs.RecordingHours(actor), RECORD_HOURS_EVERY_S),
        Job("seal looks", partial(jobs.seal_looks, actor), SEAL_LOOKS_EVERY_S),
        Job("pass on", partial(jobs.pass_on, Each("pass on an alert"), actor), PASS_ON_EVERY_S),
        Job("leave off messages", partial(jobs.leave_off, actor), LEAVE_OFF_EVERY_S),
        Job("watch look-ups", jobs.Watching(actor), WATCH_EVERY_S),
        Job("renew", partial(jobs.renew, Each("renew a profile"), actor, InTurn(actor)), RENEW_EVERY_S),
        Job("begin", partial(jobs.begin, Each("begin a monitoring"), actor), BEGIN_EVERY_S),
        Job("withdraw", partial(jobs.withdraw, Each("withdraw what was agreed to"), actor), WITHDRAW_EVERY_S),
        Job("accounts", partial(jobs.carry_out, Each("carry out a change of an account"), actor), ACCOUNTS_EVERY_S),
        Job("sign", partial(jobs.sign, Each("have a row signed"), signer, actor)),
        *licence_jobs(actor),
        Job("destroy", partial(jobs.destroy, Each("have a key destroyed"), vault, actor), DESTROY_EVERY_S),
        Job("lock", Locking(vault, actor), LOCK_EVERY_S),
        Job("erase", partial(erase, Each("erase what was locked"), vault, actor), LOCK_EVERY_S),
        Job("prepare", partial(jobs.prepare, Each("prepare a bundle", PREPARE_AGAIN_S), vault, actor), PREPARE_EVERY_S),
        Job("end enquiries", jobs.end_enquiries, END_ENQUIRIES_EVERY_S),
        Job("end choices", jobs.end_choices, END_ENQUIRIES_EVERY_S),
        Job("publish figures", partial(publish_figures, actor), FIGURES_EVERY_S),
        Job("end what lasts too long", jobs.end_overlong, END_OVERLONG_EVERY_S),
        Job("forget nonces", jobs.forget_nonces, FORGET_NONCES_EVERY_S),
    )


def licence_jobs(actor: Actor) -> Sequence[Job]:
    """The doors by which the licence feed comes, as far as this installation has any. Raises Refused for an address that is not safe."""
    found = []
    if folder := settings.OFFMON_LICENCE_FEED:
        found.append(Job("licence files", FeedFolder(Path(folder), actor), LICENCE_FILES_EVERY_S))
    if url := settings.OFFMON_LICENCE_URL:
        source = LicenceSource(url, settings.OFFMON_LICENCE_TOKEN or "")
        wait = LICENCE_PULL_AGAIN_S
        found.append(Job("pull licences", partial(pull, source, actor), LICENCE_PULL_EVERY_S, longest_wait_s=wait))
    return found
