"""What the vault does with an id. The rules are `evidence`'s; the caller's words do not count.

Rules
- Its refusal is an entry of its own in the case. For an id that no agency has, no agency's log can record one.
- It commits its entry before it opens anything. So the log may name a body that nobody saw, and never the reverse.
- A reveal opens the bodies of one page load, for the person who asked, once. The content goes back in one answer and is not stored.
- An exhibit has a key of its own, in the same store, so destroying the deployment's key does not affect it.
- A deployment's key is destroyed for a request that two people stand behind (`destroy`), and for no operator's command.
- It locks what was collected without authority, by the law as it is known now, and erases that for two people. It opens none of it.
- A payload that waits for approval is in the database enclosed (`payloads`), bound to its export and its list of files.
- Its steps for a bundle can be asked for again, by the worker: a step that was taken is not taken twice, and one bundle is built at a time
  once. What it refuses of that, it notes once a cause.
- A bundle streams while an entry of the last five minutes names a person who may take it and had just stepped up.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.alerts.exhibit import place_of
from offmon.core.authority.profile import HpkeKey
from offmon.core.bundle import layout, read, write
from offmon.core.errors import OffmonError, Refused
from offmon.core.formats import codec, envelope
from offmon.core.formats.envelope import Enclosed
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.authentication import queries as door
from offmon.server.audit import queries as log
from offmon.server.audit.policy import check_rows_agree
from offmon.server.base import clock
from offmon.server.base.actor import Actor, Service
from offmon.server.base.local_socket import Result, SocketServer, Verbs
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.base.trusted import trust_file
from offmon.server.base.vault import RevealedMatch, RevealedPage
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.actions import do_keep_evidence_key
from offmon.server.evidence import assemble, queries
from offmon.server.evidence.actions import (
    check_asked,
    check_released,
    do_keep_built,
    do_keep_sealed,
    do_open_for_export,
    do_open_for_seal,
    do_release,
    do_use_reveal,
    refusals_noted,
)
from offmon.server.evidence.bundle_release import finish
from offmon.server.evidence.policy import check_may
from offmon.server.evidence.reveal import UnfitBody, open_page
from offmon.server.intake.quarantine import queries as locking
from offmon.server.intake.quarantine.actions import do_erase_late, lock_late
from offmon.server.intake.queries import EnclosedLeaf
from offmon.server.processes.roles import assert_ordinary
from offmon.server.processes.vault import payloads
from offmon.server.processes.vault.destroy import destroy
from offmon.server.processes.vault.keys import KeyStore
from offmon.server.rights.destruction import queries as destructions
from offmon.server.rights.kept_history import queries as kept_history
from offmon.server.rights.kept_history.actions import do_open_history

TAKEN_WITHIN_MS: Final = 5 * time.MINUTE_MS


class Vault:
    """The vault's verbs, over its key store. `brought`: the agencies' roots, which no database may name."""

    def __init__(self, keys: KeyStore, brought: TrustFile) -> None:
        self._keys = keys
        self._brought = brought
        self._building = set[Id]()
        self._one = threading.Lock()  # around `_building`

    @property
    def verbs(self) -> Verbs:
        """All that it can be asked."""
        return {
            "make-key": self.make_key,
            "reveal": self.reveal,
            "seal": self.seal,
            "open-export": self.open_export,
            "build-export": self.build_export,
            "release": self.release,
            "download": self.download,
            "report": self.report,
            "destroy": self.destroy,
            "lock": self.lock,
            "erase": self.erase,
            "open-history": self.open_history,
        }

    @property
    def reminders(self) -> Verbs:
        """What the worker can ask: to go on with what people asked for and approved."""
        return {
            "open-export": partial(self.open_export, is_reminder=True),
            "build-export": partial(self.build_export, is_reminder=True),
            "release": partial(self.release, is_reminder=True),
            "destroy": self.destroy,
            "lock": self.lock,
            "erase": self.erase,
        }

    def make_key(self, deployment: Id) -> Result:
        """Make an authorised deployment's key, and record its public half. Raises Refused (`no-key-due`)."""
        with _acting_in(_case_of_deployment, deployment, opens=False) as actor, self._making(deployment) as public:
            do_keep_evidence_key(deployment, public, actor=actor)
        return Result()

    def reveal(self, reveal: Id) -> Result:
        """Open what a request asks for. Raises Refused or NotAuthentic, and shows nothing then; also where nothing of it is fit."""
        with _acting_in(queries.case_of_reveal, reveal) as actor:
            leaves = do_use_reveal(reveal, vault=actor)
            return Result(document=codec.dump(self._page_of(leaves, actor)))

    def seal(self, exhibit: Id) -> Result:
        """Seal the disclosure that a request names, to a key of its own. Raises Refused or NotAuthentic, and keeps nothing then."""
        with _acting_in(queries.case_of_exhibit, exhibit) as actor:
            leaf = do_open_for_seal(exhibit, actor=actor)
            [enclosed] = self._open([leaf], actor)
            if isinstance(enclosed, UnfitBody):
                raise enclosed
            with self._making(exhibit) as public:
                sealed = envelope.enclose(enclosed, public, place_of(exhibit))
                do_keep_sealed(exhibit, leaf.envelope.content_commit, public, sealed, actor=actor)
        return Result()

    def open_export(self, export: Id, *, is_reminder: bool = False) -> Result:
        """Say in the log what an export is about to open; asked again, what came since."""
        with _acting_in(queries.case_of_export, export, queries.asked_at if is_reminder else None) as actor:
            do_open_for_export(export, assemble.to_open(export, self._keys.has, actor=actor), actor=actor)
        return Result()

    def build_export(self, export: Id, *, is_reminder: bool = False) -> Result:
        """Build and keep the payload. Raises Refused (`not-witnessed-yet`, `opened-too-little`, `being-built`)."""
        since = queries.asked_at if is_reminder else None
        with _acting_in(queries.case_of_export, export, since) as actor, self._alone(export):
            check_asked(export, actor=actor)
            to = self._layers(export, actor)
            built = assemble.assemble(export, self._keys.opening, self._brought, actor=actor)
            manifest = write.manifest_digest(write.manifest(built.payload))
            enclosed = payloads.enclose(write.pack(built.payload), to, payloads.place_of(export, manifest))
            do_keep_built(
                export, manifest, queries.StoredPayload(built.last, enclosed, to.under), built.unfit, actor=actor
            )
        return Result()

    def release(self, export: Id, *, is_reminder: bool = False) -> Result:
        """Let an approved export go. Raises Refused (`one-person`, `bad-move`, `not-permitted`, `erased`)."""
        with _acting_in(queries.case_of_export, export, queries.asked_at if is_reminder else None) as actor:
            with scope(actor):
                payloads.check_here(self._keys, queries.kept_under(export))
                assemble.check_tail(export, actor=actor)
            do_release(export, actor=actor)
        return Result()

    def download(self, export: Id) -> Result:
        """The bundle, for who was recorded as taking it. Raises Refused (`not-ready`, `not-recorded`, `erased`, `not-witnessed-yet`)."""
        with _acting_in(queries.case_of_export, export) as actor:
            payload, last = self._released(export, actor)
            return Result(stream=finish(export, payload, last, actor=actor))

    def report(self, export: Id) -> Result:
        """The report of such a bundle alone, for its copy with names. Raises Refused as `download`, but needs no witness."""
        with _acting_in(queries.case_of_export, export) as actor:
            payload, _ = self._released(export, actor)
            return Result(stream=payload[layout.REPORT])

    def _released(self, export: Id, actor: Actor) -> tuple[Mapping[str, bytes], int]:
        """The payload of a bundle that may go to who was recorded as taking it, and the last number of its run."""
        case, manifest = check_released(export, actor=actor)
        self._check_recorded(case, manifest, actor)
        with scope(actor):
            kept = queries.kept(export)
        place = payloads.place_of(export, manifest)
        return read.unpack(payloads.open_enclosed(kept.ciphertext, self._keys, kept.under, place)), kept.last

    def destroy(self, destruction: Id) -> Result:
        """Destroy the key of an approved request, once. Raises Refused: then it stopped the request, and nothing was destroyed."""
        with _acting_in(destructions.case_of, destruction) as actor, self._keys.making:
            destroy(destruction, self._keys, actor=actor)
        return Result()

    def lock(self, case: Id) -> Result:
        """Lock what was collected of a case without authority, as the law is known now. It opens nothing."""
        with _acting_in(locking.case_with_orders, case, lambda _: Ms(0), opens=False) as actor:
            lock_late(case, actor=actor)
        return Result()

    def erase(self, decision: Id) -> Result:
        """Erase what is locked, as two people decided, once. Raises Refused, and erases nothing then."""
        with _acting_in(locking.case_of_decision, decision, lambda _: Ms(0)) as actor:
            do_erase_late(decision, actor=actor)
        return Result()

    def open_history(self, opening: Id) -> Result:
        """Give a device the keys of its own history, for one request at a visit, once. The history itself is never here."""
        with _acting_in(kept_history.case_of_opening, opening) as actor:
            do_open_history(opening, self._keys.opening, self._brought, vault=actor)
        return Result()

    def _page_of(self, leaves: list[EnclosedLeaf], actor: Actor) -> RevealedPage:
        """What these disclosures of one page load enclose. Raises UnfitBody where none of them is fit to be shown."""
        matches, unfit = list[RevealedMatch](), list[UnfitBody]()
        for leaf, one in zip(leaves, self._open(leaves, actor), strict=True):
            if isinstance(one, UnfitBody):
                unfit.append(one)
                matches.append(RevealedMatch(leaf.envelope.n, None, one.ground))
            else:
                matches.append(RevealedMatch(leaf.envelope.n, one.body, None))
        if len(unfit) == len(matches):
            raise unfit[0]
        return RevealedPage(tuple(matches))

    def _open(self, leaves: list[EnclosedLeaf], actor: Actor) -> list[Enclosed | UnfitBody]:
        private = self._keys.opening(leaves[0].envelope.deployment)
        with scope(actor):
            return open_page(leaves, private, self._brought, actor=actor)

    def _layers(self, export: Id, actor: Actor) -> payloads.Layers:
        with scope(actor):
            case, _ = queries.export_of(export)
            return payloads.layers(self._keys, deployments.deployments_of(case))

    @contextmanager
    def _alone(self, export: Id) -> Iterator[None]:
        """While a bundle is built, it is not built once more: whoever asked may have stopped waiting, and asks again."""
        with self._one:
            if export in self._building:
                raise Refused("being-built", "The vault is building this bundle.")
            self._building.add(export)
        try:
            yield
        finally:
            with self._one:
                self._building.discard(export)

    @contextmanager
    def _making(self, row: Id) -> Iterator[HpkeKey]:
        """The public half of a new key, kept on disk before it is used; the key goes again if what it was made for is refused."""
        with self._keys.making:
            before = self._keys.has(row)
            public = envelope.public_of(self._keys.make(row))
            try:
                yield public
            except OffmonError:
                if not before:
                    self._keys.discard(row)
                raise

    @staticmethod
    def _check_recorded(case: Id, manifest: Digest, actor: Actor) -> None:
        since = Ms(clock.now() - TAKEN_WITHIN_MS)
        recorded = log.recorded(actor, case, Verb.EXPORT_DOWNLOADED, since)
        taken = [entry for entry in recorded if entry.manifest == manifest]
        if not taken:
            raise Refused("not-recorded", "Record who takes the bundle first; then it is given out, for five minutes.")
        last = taken[-1]
        with scope(actor):  # the console wrote the entry: whether they may is the directory's word, not its own
            check_may(case, last.actor.id, Permission.EXPORT_ASK)
            door.check_shown_in(Act.EXPORT, last.actor.id, last.session, last.at)


def listen() -> SocketServer:
    """The vault on its socket, as the settings say. Raises Refused."""
    connection.ensure_connection()
    assert_ordinary(connection.connection, Process.VAULT)
    connection.close()
    vault = Vault(KeyStore(Path(settings.OFFMON_OPENING_KEYS)), trust_file())
    limited = dict.fromkeys(settings.OFFMON_VAULT_REMINDERS, vault.reminders)
    return SocketServer(Path(settings.OFFMON_VAULT_SOCKET), vault.verbs, settings.OFFMON_VAULT_CALLERS, limited)


@contextmanager
def _acting_in(
    case_of: Callable[[Id], Id | None], row: Id, since: Callable[[Id], Ms] | None = None, *, opens: bool = True
) -> Iterator[Actor]:
    """The vault, as it acts for the agency that has the row. What it refuses stands in the row's case.

    Raises Refused (`unknown-id`); and, where it `opens` or destroys something, `rows-disagree`. `since`: from when on it notes each cause
    once, for what it is asked again and again.
    """
    actor, case, once_since = agencies.whose(Service.VAULT, lambda: case_of(row) is not None), None, None
    if actor is not None:
        with scope(actor):
            case = case_of(row)
            once_since = None if since is None or case is None else since(row)
    if actor is None or case is None:
        raise Refused("unknown-id", "There is nothing of that id.")
    with refusals_noted(case, actor=actor, once_since=once_since):
        if opens:
            with scope(actor):
                check_rows_agree(case)
        yield actor


def _case_of_deployment(deployment: Id) -> Id | None:
    return deployments.case_of(deployment) if deployments.exists(deployment) else None
