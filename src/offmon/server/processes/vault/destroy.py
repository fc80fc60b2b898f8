"""Destroys a deployment's key, and so erases what its devices enclosed, in every copy of the database (design §1.4; formats §8).

Rules
- The vault does it for one approved request of two people, which it reads and checks itself. No command of an operator does it.
- Its entry that names the deployment and the request is committed first, then the key is removed, then `destruction.done` is. So whoever
  asks after a crash goes on where it stopped. With the first entry the deployment's row says so, and no profile is signed to the key again.
- The key must be the one that the request names, by its public half.
- In a database that was restored from before then, people ask and approve again. The key is gone already, and the store knows which it was.
"""

from offmon.core.errors import OffmonError, Refused
from offmon.core.formats import envelope
from offmon.core.ids import Id
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.processes.vault.keys import KeyStore
from offmon.server.rights.destruction import queries
from offmon.server.rights.destruction.actions import do_begin_destruction, do_finish_destruction, do_stop_destruction


def destroy(destruction: Id, store: KeyStore, *, actor: Actor) -> None:
    """Destroy the key of an approved request, once. What is in the way stops the request, unless it had begun; then it is raised."""
    try:
        deployment = _checked(destruction, store, actor)
        do_begin_destruction(destruction, actor=actor)
    except OffmonError as error:
        do_stop_destruction(destruction, error.code, actor=actor)
        raise
    if store.has(deployment):
        store.destroy(deployment, clock.now())
    do_finish_destruction(destruction, actor=actor)


def _checked(destruction: Id, store: KeyStore, actor: Actor) -> Id:
    """The deployment whose key goes. Raises Refused (`no-opening-key`, `other-opening-key`) where the store has another, or none."""
    with scope(actor):
        deployment, key = queries.named(destruction)
    gone = store.gone(deployment)
    public = envelope.public_of(store.opening(deployment)) if gone is None else gone.public
    if queries.fingerprint(public.key) != key:
        raise Refused("other-opening-key", "The key that the vault holds is not the one that the request names.")
    return deployment
