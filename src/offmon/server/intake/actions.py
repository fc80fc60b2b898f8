"""Every write of intake: a batch, a nonce, a count.

Rules (design §1, gate 2; formats §6, §7)
- A batch is one durable transaction: rows, journal head and one audit entry that names them, or nothing. Only then is there a receipt.
- (device, epoch, size) is idempotent: a known batch is acknowledged and not written again.
- If a newer profile refuses a leaf, its place and hashes are kept. No statement to the database holds its content or salt. If its own
  profile does not grant a leaf, the whole batch is refused (`may_stay`).
- A disclosure that the device has forgotten is taken as place and hashes, under our own receipt alone. We lost it (a restored backup), and
  the batch's entry says so. It has no content for gate 2 to judge.
- A heartbeat writes no entry. The London day of a device's last one makes one (`do_note_day`, ADR 3). A batch adds no day entry to its own.
- Where another run of the agent is heard than before, the time between is kept until its first batch says it (`core.person.coverage`).
- A refusal of a known device makes at most one entry a minute for each reason, with a count. Strangers are only counted, by the day. So
  neither can fill a log that cannot be pruned.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from offmon.core import clock
from offmon.core.authority.may_leave import RefusalReason, event_time
from offmon.core.authority.profile import Profile
from offmon.core.errors import NotAuthentic
from offmon.core.formats import batches, dsse, journal, trust
from offmon.core.formats.batches import Forked
from offmon.core.formats.event import (
    Batch,
    DeviceCheckpoint,
    DisclosureLeaf,
    ForgottenLeaf,
    Receipt,
    RefusedLeaf,
    Sent,
)
from offmon.core.formats.journal import Committed
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Digest, Id, Ms, Slug
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.log.tlog.merkle import Frontier, leaf_hash
from offmon.core.person import coverage, heard
from offmon.server.agencies import queries as agencies
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.base import clock as wall
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.locks import hold_device
from offmon.server.base.scope import action
from offmon.server.base.statements import execute
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.queries import KnownDevice
from offmon.server.deployments.queries.signed import newest_before, profiles_for
from offmon.server.intake import heads, may_stay, models
from offmon.server.intake.copies import copies_of
from offmon.server.intake.devices.signs import SIGNS, clock_off, signs_of
from offmon.server.intake.epochs import EpochHead, ForkedFrom, head_for, newest_of
from offmon.server.intake.models import Held

ENTRY_EVERY_MS: Final = clock.MINUTE_MS


@dataclass(frozen=True, slots=True)
class Received:
    """What the agency now holds, for the receipt: the journal's head, and which leaves of the batch are held as hashes only."""

    epoch: Id
    size: int
    root: Digest
    refused: tuple[RefusedLeaf, ...]
    at: Ms


@dataclass(frozen=True, slots=True)
class _Step:
    """A batch that goes on from a known head to the one after it. `silent`: by our clock, where no batch has said it yet.

    `row`: id and salt of the head's row, where it has one.
    """

    batch: Batch
    checkpoint: DeviceCheckpoint
    silent: coverage.Silence | None
    committed: tuple[Committed, ...]
    device: KnownDevice
    head: EpochHead
    row: tuple[Id, bytes] | None
    after: Frontier
    at: Ms

    @property
    def repeated(self) -> int:
        """How many of the batch's leaves were known before."""
        return min(len(self.batch.leaves), self.head.frontier.size - self.batch.first)

    @property
    def fresh(self) -> tuple[Sent, ...]:
        """The leaves that are new."""
        return self.batch.leaves[self.repeated :]


def do_receive(
    batch: Batch,
    checkpoint: DeviceCheckpoint,
    device: KnownDevice,
    *,
    documents: Iterable[bytes | None] = batches.UNREAD,
    actor: Actor,
) -> Received:
    """Keep what a batch brings that is new. The caller has checked that `device` signed request and checkpoint.

    `documents`: what `batches.load` gave with the batch.

    Raises NotAuthentic or Malformed (what is sent does not fit together), MissingFrom (the agency is behind), Forked or NotGranted.
    """
    if batch.device != device.device:
        raise NotAuthentic("bad-signature", "The batch is another device's than the one that signed the request.")
    leaves = batches.check_batch(batch, checkpoint, documents)
    if batch.acknowledged is not None:
        batches.check_acknowledged(batch, checkpoint, _own_receipt(batch.acknowledged.receipt, device))
    with heads.held(device.device, actor) as known:
        head, after = _extended(batch, leaves, checkpoint, known.heads)
        at = wall.now()
        silent = known.silence(checkpoint.boot, at)
        step = _Step(batch, checkpoint, silent, leaves, device, head, known.rows.get(batch.epoch), after, at)
        refused = _refused_before(step)
        if step.fresh:
            refused += _keep(step, actor)
        else:
            _note_alive(step)
    return Received(batch.epoch, after.size, Digest(after.root.hex()), refused, step.at)


def _own_receipt(signed: bytes, device: KnownDevice) -> Receipt:
    """A receipt that this agency gave. Its key is judged at the receipt's own time: a receipt is in no log, so that no witness saw it."""
    agency = agencies.agency(device.agency)
    ring = trust.walk(agencies.keys_of(agency.id), [PublicKey.parse(agency.root)])
    key = ring.key(KeyRole.RECEIPT, dsse.signer_of(signed), dsse.peek(Receipt, signed).at)
    return dsse.open_signed(Receipt, signed, key)


def do_use_nonce(keyid: str, nonce: str, expires_at: Ms) -> bool:
    """Whether the nonce is new for that key; it is used from now on, whatever becomes of the request."""
    return execute(USE_NONCE, {"keyid": keyid, "nonce": nonce, "expires_at": expires_at}) == 1


# One statement, its own transaction, whose commit does not wait for the disk. Lost in a crash, a nonce could be used again for the rest
# of its five minutes: to no effect, since batches are idempotent.
USE_NONCE: Final = """
insert into intake_nonce (id, keyid, nonce, expires_at) select gen_random_uuid(), %(keyid)s, %(nonce)s, %(expires_at)s
from set_config('synchronous_commit', 'off', true) on conflict do nothing
"""


def do_forget_nonces(*, at: Ms) -> int:
    """Remove the nonces of signatures that are over. How many there were."""
    with transaction.atomic(durable=True):
        removed, _ = models.Nonce.objects.filter(expires_at__lt=at - clock.MINUTE_MS).delete()
    return removed


@action
def do_refuse(device: KnownDevice, reason: Slug, *, actor: Actor) -> None:
    """Record that a known device was refused: an entry, or one more in the count that the next entry carries."""
    at = wall.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into intake_refusal (id, agency, device, reason, since_entry, entered_at)"
            " values (%s, %s, %s, %s, 0, 0) on conflict do nothing",
            [UUID(new_id()), UUID(device.agency), UUID(device.device), reason],
        )
    row = models.Refusal.objects.select_for_update().get(device=device.device, reason=reason)
    row.since_entry += 1
    if at - row.entered_at >= ENTRY_EVERY_MS:
        why = f"{reason}, {row.since_entry} since the last such entry"
        append(actor, Verb.BATCH_REFUSED, case=device.case, outcome=EntryOutcome.DENIED, reason=why)
        row.since_entry, row.entered_at = 0, at
    row.save(update_fields=["since_entry", "entered_at"])


@action
def do_note_day(device: Id, day: date, *, actor: Actor) -> bool:
    """Record that a device was heard on a day, unless the log says so; whether it did not.

    The log itself is asked, under the device's lock: so an entry is there once, whatever else was running or died half-way.
    """
    hold_device(device)
    found = deployments.device_in_log(device)
    if found is None:
        return False
    case, touched = found
    since = Ms(clock.start_of_day(day) - clock.DAY_MS)  # the heartbeat was timed by another process's clock
    said = log.recorded(actor, case, Verb.DEVICE_DAY, since, by=actor.id)
    if any(entry.reason == day.isoformat() and touched in entry.touched for entry in said):
        return False
    append(actor, Verb.DEVICE_DAY, case=case, touched=(touched,), reason=day.isoformat())
    return True


def do_count_stranger(reason: Slug) -> None:
    """One more request of today that came from no device of ours."""
    at = wall.now()
    with connection.cursor() as cursor:  # a figure; a flood of junk is to cost us little
        cursor.execute(
            "insert into intake_stranger as known (id, day, reason, count) select %s, %s, %s, 1"
            " from set_config('synchronous_commit', 'off', true) on conflict (day, reason) do update set count = known.count + 1",
            [UUID(new_id()), at - at % clock.DAY_MS, reason],
        )


def _extended(
    batch: Batch, leaves: Sequence[Committed], checkpoint: DeviceCheckpoint, known: Sequence[EpochHead]
) -> tuple[EpochHead, Frontier]:
    """The head that the batch goes on from, and the one after it. Raises MissingFrom, or Forked with the device's newest head."""
    try:
        head = head_for(batch, known)
        return head, batches.extend(head.frontier, batch, leaves, _known_tail(batch, head), checkpoint)
    except Forked:
        newest = newest_of(known)
        raise (Forked() if newest is None else ForkedFrom(newest)) from None


def _known_tail(batch: Batch, head: EpochHead) -> list[bytes]:
    """The known leaf hashes from the batch's first on, where it repeats any."""
    if batch.first >= head.frontier.size:
        return []
    rows = (
        models.Leaf.objects.filter(device=batch.device, epoch=batch.epoch, n__gte=batch.first)
        .order_by("n")
        .values_list("kind", "commit", "ciphertext_digest")[: len(batch.leaves)]
    )
    return [leaf_hash(journal.leaf_data_of(*row)) for row in rows]


def _refused_before(step: _Step) -> tuple[RefusedLeaf, ...]:
    """What is held as a hash only, from the batch's first leaf on: a device that sends again may have missed it."""
    if not step.repeated:
        return ()
    batch = step.batch
    known = models.Leaf.objects.filter(device=batch.device, epoch=batch.epoch, held=Held.REFUSED, n__gte=batch.first)
    return tuple(RefusedLeaf(n, why or "") for n, why in known.order_by("n").values_list("n", "why"))


def _keep(step: _Step, actor: Actor) -> tuple[RefusedLeaf, ...]:
    """Write what is new: batch, leaves, head and sign of life in one statement, and one entry."""
    batch, device, first = step.batch, step.device, step.head.frontier.size
    why = _verdicts(step)
    row = models.Batch(
        agency=device.agency,
        case=device.case,
        device=device.device,
        epoch=batch.epoch,
        first=first,
        size=step.after.size,
        root=Digest(step.after.root.hex()),
        checkpoint=dsse.digest_of(batch.checkpoint),
        received_at=step.at,
        clock_offset_ms=step.checkpoint.clock_offset_ms,
        **_in_device_time(step),
    )
    head = _head_after(step, row)
    signs = signs_of(step.checkpoint, step.fresh, step.at)
    _write(row, head, signs, zip(step.fresh, step.committed[step.repeated :], why, strict=True))
    refused = tuple(RefusedLeaf(first + i, no.value) for i, no in enumerate(why) if no is not None)
    lost = [journal.LOST_BY_AGENCY for leaf in step.fresh if isinstance(leaf, ForgottenLeaf)]
    own = row.touched()
    append(
        actor,
        Verb.BATCH_RECEIVED,
        case=device.case,
        touched=(own, replace(own, table=Slug("intake_leaf")), head),
        reason=_in_words([*(leaf.reason for leaf in refused), *lost]),
    )
    return refused


def _verdicts(step: _Step) -> list[RefusalReason | None]:
    """What gate 2 says of each new leaf, from the profiles that were signed until now: those named, and the newest of an event's time."""
    claimed = [leaf.envelope for leaf in step.fresh if isinstance(leaf, DisclosureLeaf)]
    if not claimed:
        return [None] * len(step.fresh)
    latest = max(event_time(envelope.claim) for envelope in claimed)
    named, newest = profiles_for(step.device.device, {envelope.profile for envelope in claimed}, latest)

    def newest_then(when: Ms) -> Profile | None:
        return newest if when == latest else newest_before(step.device.device, when)

    return may_stay.verdicts(step.fresh, step.device, named.get, newest_then, step.at)


def _in_device_time(step: _Step) -> dict[str, Ms | None]:
    """The silence as the batch says it, which thereby is said."""
    if step.silent is None:
        return {}
    said = heard.in_device_time(step.silent, step.at, step.checkpoint.at)
    return {"silent_since": said.since, "silent_until": said.until}


def _head_after(step: _Step, row: models.Batch) -> models.Journal:
    """The journal's row as it stands after the batch, to be written with it."""
    own = {} if step.row is None else dict(zip(("id", "salt"), step.row, strict=True))
    return models.Journal(
        agency=row.agency,
        case=row.case,
        device=row.device,
        epoch=row.epoch,
        number=step.head.number,
        size=row.size,
        peaks=b"".join(step.after.peaks),
        checkpoint=step.batch.checkpoint,
        **own,
    )


# `%b`: a parameter travels as the bytes that it is; `%s` would write each array as text, ciphertexts and all.
_WRITE: Final = """
with batch as (
    insert into intake_batch (id, agency, salt, "case", device, epoch, first, size, root, checkpoint, received_at,
                              silent_since, silent_until, clock_offset_ms)
    values (%(id)b, %(agency)b, %(salt)b, %(case)b, %(device)b, %(epoch)b, %(first)b, %(size)b, %(root)b, %(checkpoint)b,
            %(received_at)b, %(silent_since)b::bigint, %(silent_until)b::bigint, %(clock_offset_ms)b::bigint)
), head as (
    insert into intake_journal (id, agency, salt, "case", device, epoch, number, size, peaks, checkpoint)
    values (%(head_id)b, %(agency)b, %(head_salt)b, %(case)b, %(device)b, %(epoch)b, %(head_number)b, %(size)b, %(head_peaks)b,
            %(head_checkpoint)b)
    on conflict (device, epoch) do update
    set size = excluded.size, peaks = excluded.peaks, checkpoint = excluded.checkpoint
), alive as (
    insert into intake_liveness as known (id, agency, device, heard_at, boot, epoch, size, stopped_at, removed_at, browser_at,
                                          clock_off_since, release, release_since)
    values (gen_random_uuid(), %(agency)b, %(device)b, %(received_at)b, %(boot)b, %(epoch)b, %(size)b, %(stopped_at)b::bigint,
            %(removed_at)b::bigint, %(browser_at)b::bigint, %(clock_off_since)b::bigint, %(release)b, %(received_at)b)
    on conflict (device) do update set heard_at = excluded.heard_at, boot = excluded.boot, silent_since = null, silent_until = null,
        epoch = excluded.epoch, size = excluded.size, /*signs*/
)
insert into intake_leaf (id, agency, "case", batch, device, epoch, n, kind, salt, "commit", ciphertext_digest, held, why, document,
                         ciphertext, event_at, deployment, capability, list_name, rule, gravity)
select gen_random_uuid(), %(agency)b, %(case)b, %(id)b, %(device)b, %(epoch)b, leaf.* from unnest(
    %(leaf_0)b::bigint[], %(leaf_1)b::text[], %(leaf_2)b::bytea[], %(leaf_3)b::bytea[], %(leaf_4)b::bytea[], %(leaf_5)b::text[],
    %(leaf_6)b::text[], %(leaf_7)b::bytea[], %(leaf_8)b::bytea[], %(leaf_9)b::bigint[], %(leaf_10)b::uuid[], %(leaf_11)b::text[],
    %(leaf_12)b::text[], %(leaf_13)b::text[], %(leaf_14)b::text[]) leaf
""".replace("/*signs*/", SIGNS)


def _write(
    row: models.Batch,
    head: models.Journal,
    signs: dict[str, Any],
    fresh: Iterable[tuple[Sent, Committed, RefusalReason | None]],
) -> None:
    """A batch in one statement: its row, the journal's head after it, the sign of life, and its leaves, a column at a time."""
    leaves = zip(*(_columns(n, *leaf) for n, leaf in enumerate(fresh, row.first)), strict=True)
    of_head = {f"head_{name}": value for name, value in head.stored().items()}
    of_leaves = {f"leaf_{i}": list(column) for i, column in enumerate(leaves)}
    execute(_WRITE, row.stored() | of_head | of_leaves | signs)


def _columns(n: int, leaf: Sent, committed: Committed, no: RefusalReason | None) -> tuple[Any, ...]:
    """A leaf's own columns, in the order of the statement. Of a refused one kind and hashes are taken; of a lost one there is no more."""
    hashes = bytes.fromhex(committed.commit), bytes.fromhex(committed.ciphertext)
    if isinstance(leaf, ForgottenLeaf):
        return (n, committed.kind, b"", *hashes, Held.LOST.value, journal.LOST_BY_AGENCY, *[None] * 8)
    if no is not None:
        return (n, leaf.KIND, b"", *hashes, Held.REFUSED.value, no.value, *[None] * 8)
    held = (n, leaf.KIND, leaf.salt, *hashes, Held.HELD.value, None, committed.document)
    copies = copies_of(journal.clear_part(leaf))
    place = None if copies.deployment is None else UUID(copies.deployment)
    ciphertext = leaf.ciphertext if isinstance(leaf, DisclosureLeaf) else None
    return (*held, ciphertext, copies.event_at, place, *(None if one is None else str(one) for one in copies[2:]))


_BEAT: Final = """
insert into intake_liveness as known (id, agency, device, heard_at, beat_at, behind_since, boot, silent_since, silent_until, epoch, size,
                                      stopped_at, removed_at, browser_at, clock_off_since, release, release_since)
select gen_random_uuid(), %(agency)s, %(device)s, %(at)s, %(beat_at)s, %(behind_since)s, %(boot)s, %(silent_since)s, %(silent_until)s,
       %(epoch)s, %(size)s, null, null, null, %(clock_off_since)s, %(release)s, %(at)s
from set_config('synchronous_commit', case when %(beat_at)s::bigint is null then 'on' else 'off' end, true)
on conflict (device) do update set heard_at = excluded.heard_at, epoch = excluded.epoch, size = excluded.size, boot = excluded.boot,
    silent_since = excluded.silent_since, silent_until = excluded.silent_until, beat_at = coalesce(excluded.beat_at, known.beat_at),
    behind_since = case when excluded.beat_at is null then known.behind_since
                        when excluded.behind_since is not null then coalesce(known.behind_since, excluded.behind_since) end,
    /*signs*/
""".replace("/*signs*/", SIGNS)


def _note_alive(step: _Step) -> None:
    """That the device was heard, where there is nothing else to write: a heartbeat, or a batch that is known.

    The person is told of the heartbeat alone, which goes whether or not anything was found (design §1.6). Its commit does not wait for the
    disk: its receipt tells of leaves alone, and those are there. What a crash loses of it, the next one says again.
    """
    beat_at = None if step.batch.leaves else step.at
    behind_since = beat_at if step.batch.first < step.after.size else None
    execute(
        _BEAT,
        {
            "agency": step.device.agency,
            "device": step.device.device,
            "at": step.at,
            "beat_at": beat_at,
            "behind_since": behind_since,
            "boot": step.checkpoint.boot,
            "silent_since": None if step.silent is None else step.silent.since,
            "silent_until": None if step.silent is None else step.silent.until,
            "epoch": step.batch.epoch,
            "size": step.after.size,
            "clock_off_since": clock_off(step.checkpoint, step.at),
            "release": bytes.fromhex(step.checkpoint.release),
        },
    )


def _in_words(reasons: Sequence[str]) -> str | None:
    """`out-of-period 2, no-grant 1`: of how many leaves the content was not kept, for the batch's entry."""
    return ", ".join(f"{reason} {count}" for reason, count in Counter(reasons).items()) or None
