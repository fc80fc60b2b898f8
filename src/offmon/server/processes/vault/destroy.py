"""Destroys a deployment's key, and so erases what its devices enclosed, in every copy of the database (design §1.4; formats §8).

An operator's command, run as the vault: no socket offers it. The entry is committed first, then the key is destroyed. With the entry the
deployment's row says so. So no profile is signed to the key again, and data that devices send until their leases end is erased on arrival.
"""

from pathlib import Path
from typing import Final

from django.conf import settings

from offmon.core import clock as time
from offmon.core.errors import Refused
from offmon.core.formats import envelope
from offmon.core.formats.canon import Tag, digest
from offmon.core.ids import Id, Ms
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.actor import Service
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.evidence.actions import do_dispose
from offmon.server.processes.vault.keys import BACKUP_DAYS, Gone, KeyStore

_CERTIFICATE: Final = """\
Certificate of destruction

Deployment             {deployment}
Key (digest)           {key}
Destroyed              {at}
Backups of the key     forget it by {forgotten}

What devices enclosed to this key can no longer be opened, in the database or in any backup of it; nor can a bundle that was built from it
and lies there. What was sealed as an exhibit has a key of its own. The log, the journals' hashes and the bundles that were given out
stand as they are. The log says: retention.disposed, {rule}.
"""


def destroy(deployment: Id, store: KeyStore) -> str:
    """Destroy a deployment's key. Returns the certificate. Raises Refused (`unknown-id`, `no-opening-key`).

    Asked again in a database that was restored from before then, it says there, too, that the key is gone, and since when.
    """
    actor = agencies.whose(Service.VAULT, lambda: deployments.exists(deployment))
    if actor is None:
        raise Refused("unknown-id", "There is no deployment of that id.")
    gone = store.gone(deployment)
    with scope(actor):
        said = deployments.is_without_key(deployment)
    if gone is None or said:
        gone = Gone(envelope.public_of(store.opening(deployment)), clock.now())
    do_dispose(deployment, actor=actor)
    if store.has(deployment):
        store.destroy(deployment, gone.at)
    return _CERTIFICATE.format(
        deployment=deployment,
        key=digest(Tag.DOCUMENT, gone.public.key).hex(),
        at=time.utc_text(gone.at),
        forgotten=time.utc_text(Ms(gone.at + BACKUP_DAYS * time.DAY_MS)),
        rule="key-destroyed",
    )


def main(deployment: str) -> str:
    """As `destroy`, with the settings' key store."""
    return destroy(Id(deployment), KeyStore(Path(settings.OFFMON_OPENING_KEYS)))
