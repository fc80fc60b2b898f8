"""Opens one body: it shows what the device signed for, under a grant that lets it leave, or nothing (design §4).

Rules
- The row must match its place in the journal, and the journal the device's own signed checkpoint. So a change of rows in the database, body
  and envelope alike, cannot make the vault show something else. The body must match the envelope's commitment (`envelope.open_checked`).
- A key that the agency's roots gave signs the profile, and the vault's own configuration names the roots. A profile merely written to the
  database opens nothing.
- Gate 3: `check_body` under the grant of the profile that the envelope names. A body with a field outside the grant is not shown at all: no
  honest device sends one.
- Changes on our side (a row other than the device committed to, an opening key other than the profile's) are refused.
- A body that does not open, or exceeds its grant, is the device holder's doing (`UnfitBody`). It is not shown either; a bundle accounts for
  it and shows the rest.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.core.alerts.exhibit import place_of
from offmon.core.authority import may_leave
from offmon.core.authority.profile import Grant, Profile
from offmon.core.errors import Malformed, NotAuthentic, Refused
from offmon.core.formats import dsse
from offmon.core.formats.commitment import Unfit
from offmon.core.formats.envelope import Enclosed, content_commit, open_checked, open_enclosed, public_of
from offmon.core.formats.event import DeviceCheckpoint, Envelope
from offmon.core.formats.journal import envelope_commit, leaf_data_of
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Id
from offmon.core.log.tlog.merkle import leaf_hash, root_of
from offmon.server.base.actor import Actor
from offmon.server.deployments.queries import issued_profile
from offmon.server.intake import queries as intake
from offmon.server.intake.queries import EnclosedLeaf, JournalView, KeptLeaf


def open_page(
    leaves: Sequence[EnclosedLeaf], private: X25519PrivateKey, brought: TrustFile, *, actor: Actor
) -> "list[Enclosed | UnfitBody]":
    """What the disclosures of one page load enclose, in that order, all rules applied; why, of one that is unfit. In the actor's scope.

    Their journal is read once, and held to what the device signed. Raises NotAuthentic or Refused, and shows nothing then.
    """
    first = leaves[0].envelope
    [journal] = [one for one in intake.journals(case=leaves[0].case, actor=actor) if _is_of(one, first)]
    rows = intake.leaves_of(journal, actor=actor)
    profiles = {
        digest: issued_profile(first.device, digest, brought, actor=actor)
        for digest in dict.fromkeys(leaf.envelope.profile for leaf in leaves)
    }
    for profile in profiles.values():
        check_journal(journal, rows, profile)
    opened = list[Enclosed | UnfitBody]()
    for leaf in leaves:
        if not _is_of(journal, leaf.envelope) or leaf.envelope.n >= len(rows):
            raise _swapped()
        try:
            opened.append(open_row(leaf, rows[leaf.envelope.n], profiles[leaf.envelope.profile], private))
        except UnfitBody as unfit:
            opened.append(unfit)
    return opened


class UnfitBody(Refused):
    """A body that its device sent so, and that is not shown. `ground`: what a bundle withholds it on."""

    def __init__(self, ground: Unfit, code: str) -> None:
        super().__init__(code, _UNFIT[ground])
        self.ground = ground


_UNFIT: Final = {
    Unfit.DOES_NOT_OPEN: "The device sent this in a form that does not open, or another body than it committed to. It is not shown.",
    Unfit.NOT_GRANTED: "The device sent more here than its grant lets leave it. None of it is shown.",
}


def open_row(leaf: EnclosedLeaf, row: KeptLeaf, profile: Profile, private: X25519PrivateKey) -> Enclosed:
    """What one disclosure encloses, from a row of a journal that holds, under the profile that its envelope names.

    Raises NotAuthentic, Refused or UnfitBody, and shows nothing then.
    """
    held = envelope_commit(leaf.envelope, leaf.salt), sha256(leaf.ciphertext).hexdigest()
    if (row.n, row.commit, row.ciphertext_digest) != (leaf.envelope.n, *held):
        raise _swapped()
    if public_of(private) != profile.evidence_key:
        raise Refused(
            "other-opening-key",
            "The vault's key does not match this device's key. Restore the right key, then ask again.",
        )
    try:
        enclosed = open_checked(leaf.envelope, leaf.ciphertext, private)
    except (Malformed, NotAuthentic):
        raise UnfitBody(Unfit.DOES_NOT_OPEN, "unfit-does-not-open") from None
    if _not_granted(enclosed, leaf.envelope, profile) is not None:
        raise UnfitBody(Unfit.NOT_GRANTED, "unfit-not-granted")
    return enclosed


def open_sealed(
    exhibit: Id, ciphertext: bytes, leaf: EnclosedLeaf, profile: Profile, private: X25519PrivateKey
) -> Enclosed:
    """What an exhibit encloses, all rules applied: it is what the disclosure that it was made from commits to, or nothing is shown."""
    enclosed = open_enclosed(ciphertext, private, place_of(exhibit))
    if content_commit(enclosed.body, enclosed.salt) != leaf.envelope.content_commit:
        raise _swapped()
    if (refused := _not_granted(enclosed, leaf.envelope, profile)) is not None:
        may_leave.check(refused)
    return enclosed


def check_journal(journal: JournalView, rows: list[KeptLeaf], profile: Profile) -> None:
    """Raises NotAuthentic unless the rows are what the device signed, with the key that the profile gives it."""
    checkpoint = dsse.open_signed(DeviceCheckpoint, journal.checkpoint, PublicKey.parse(profile.device_key))
    root = root_of(leaf_hash(leaf_data_of(row.kind, row.commit, row.ciphertext_digest)) for row in rows)
    place = (checkpoint.device, checkpoint.epoch, checkpoint.size)
    if place != (journal.device, journal.epoch, len(rows)) or checkpoint.root != root.hex():
        raise NotAuthentic(
            "journal-differs", "What is held is not what the device signed; it was changed here. Nothing is shown."
        )


def grant_of(profile: Profile, grant: Id) -> Grant:
    """The grant of that id. Raises Refused."""
    for known in profile.grants:
        if known.id == grant:
            return known
    raise Refused("no-grant", "The profile for this disclosure has no such grant, so we reveal nothing.")


def _not_granted(enclosed: Enclosed, envelope: Envelope, profile: Profile) -> may_leave.No | None:
    """Why the grant that the envelope names does not let the body be shown. Raises Refused where the profile has no such grant."""
    return may_leave.check_body(grant_of(profile, envelope.claim.grant), enclosed.body)


def _swapped() -> NotAuthentic:
    return NotAuthentic("body-swapped", "What is held is not what the device sent in that place. Nothing is shown.")


def _is_of(journal: JournalView, envelope: Envelope) -> bool:
    return (journal.device, journal.epoch) == (envelope.device, envelope.epoch)
