"""The result of a run, read where it is stored: the database, the device's own store, the log and its checkpoints.

Rules
- None of the server's own code reads it. The database's superuser, who sees every row, reads the rows, and `core` alone judges them.
- Bodies are opened with the vault's own key, which the test may read and no process but the vault may: that is the oracle.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from psycopg import sql

from offmon.core.formats import codec, dsse
from offmon.core.formats.envelope import open_checked
from offmon.core.formats.event import DeviceCheckpoint, Envelope, Gap
from offmon.core.formats.journal import leaf_data_of
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.trust import KeyRole, KeysDocument
from offmon.core.ids import Digest, Id
from offmon.core.log import audit
from offmon.core.log.tlog.checkpoint import check_checkpoint
from offmon.core.log.tlog.cosignature import check_cosigned
from offmon.core.log.tlog.merkle import EMPTY_ROOT, Frontier, leaf_hash, root_of
from offmon.core.log.tlog.note import SignedNote
from tests.e2e.kill.truth import number_of
from tests.support.patience import PATIENCE_S
from trial.ceremony import AgencyKeys
from trial.raising import Raised
from trial.stack import DATABASE

MAX_DOCUMENT = 1 << 16
OF_SOME_COLUMNS = {"agencies_agency"}  # set up by hand: an entry names what staff change of it, not each row


@dataclass(frozen=True)
class Delivered:
    """A disclosure as the server holds it, opened."""

    leaf: str
    number: int
    url: str
    event_at: int


@dataclass(frozen=True)
class Epoch:
    """One epoch of the device's journal, as the device has it and as the server does."""

    epoch: str
    on_device: tuple[int, str]
    on_server: tuple[int, str]
    in_head: tuple[int, str]
    signed: tuple[int, str]

    @property
    def is_one(self) -> bool:
        """Whether all four say the same size and root."""
        return self.on_device == self.on_server == self.in_head == self.signed


@dataclass(frozen=True)
class Account:
    """The trial's database and folders, to be asked once all is at rest."""

    system: Raised
    agent: Path

    def rows(self, what: LiteralString | sql.Composed, *values: object) -> list[tuple[Any, ...]]:
        """Rows, as the superuser sees them."""
        server = self.system.stack.server
        with closing(psycopg.connect(server.superuser_url, dbname=DATABASE)) as connection:
            return connection.execute(what, values).fetchall()

    def count(self, what: LiteralString | sql.Composed, *values: object) -> int:
        """The one number that a statement gives."""
        [(number,)] = self.rows(what, *values)
        return int(number)

    def pending(self) -> int:
        """Leaves that the device holds without a receipt."""
        without = "select count(*) from leaf join epoch on epoch.number = leaf.epoch where leaf.n >= epoch.received"
        return int(self._device(without)[0][0])

    def waiting(self) -> dict[str, int]:
        """What the worker has still to do: disclosures without an alert, entries without a place or a witness.

        Asked in the order in which it does them: what comes of the first is then in the answer to the next.
        """
        return {
            "disclosures without an alert": self.count(
                "select count(*) from intake_leaf l where kind = 'disclosure' and held = 'held'"
                " and not exists (select from triage_alertitem i where i.leaf = l.id)"
            ),
            "entries without a place": self.count(
                "select count(*) from audit_entry e where not exists (select from audit_sequenced s where s.entry_id = e.id)"
            ),
            "logs without a witness": self.count(
                "select count(*) from (select agency, max(size) filter (where cosigned_at is not null) seen, max(size) all_of_it"
                " from audit_checkpoint group by agency) log where seen is distinct from all_of_it"
            ),
        }

    def delivered(self) -> list[Delivered]:
        """Every disclosure that is held, opened."""
        found = self.rows(
            "select id::text, document, ciphertext from intake_leaf where kind = 'disclosure' and held = 'held' order by n"
        )
        return [self._open(leaf, document, ciphertext) for leaf, document, ciphertext in found]

    def refused(self) -> int:
        """Disclosures that are held as a hash only."""
        return self.count("select count(*) from intake_leaf where held <> 'held'")

    def gaps(self) -> list[Gap]:
        """Every gap that the device declared."""
        found = self.rows("select document from intake_leaf where kind = 'gap' order by n")
        return [codec.load(Gap, bytes(document), max_size=MAX_DOCUMENT) for (document,) in found]

    def epochs(self) -> list[Epoch]:
        """Each epoch that either side knows of."""
        device = dict(self._device("select id, number from epoch"))
        heads = {
            epoch: row for epoch, *row in self.rows("select epoch::text, size, peaks, checkpoint from intake_journal")
        }
        known = {epoch.replace("-", ""): row for epoch, row in heads.items()}
        return [self._epoch(epoch, device.get(epoch), known.get(epoch)) for epoch in sorted({*device, *known})]

    def log_faults(self) -> list[str]:
        """What is wrong with any agency's log: a hole, a record that does not follow, a checkpoint of something else."""
        return [fault for agency in self.system.stack.made.agencies for fault in self._log_faults(agency)]

    def unaccounted(self) -> list[str]:
        """Tables with a row that no entry names, or that nothing guards (whole) any more; found in the database's own catalogue."""
        guarded = self.rows(
            "select c.relname, p.proname, t.tgenabled, t.tgattr::text <> '' or t.tgqual is not null"
            " from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid where t.tgname = 'audited'"
        )
        faults = [f"{table}: its backstop is off" for table, _, enabled, _ in guarded if enabled != "O"]
        if not guarded:
            faults.append("no table has a backstop")
        of_some = {table for table, _, _, narrowed in guarded if narrowed}
        faults += [f"{table}: its backstop asks for less than it did" for table in sorted(of_some ^ OF_SOME_COLUMNS)]
        for table, function in ((table, function) for table, function, _, narrowed in guarded if not narrowed):
            nameless = sql.SQL(
                "select count(*) from {table} row where not exists"
                " (select from audit_entry e where e.touched @> array[{name} || ':' || row.{subject}])"
            ).format(
                table=sql.Identifier(table),
                name=sql.Literal(table),
                subject=sql.Identifier(function.removeprefix("audit_names_")),
            )
            rows = self.count(nameless)
            if rows:
                faults.append(f"{table}: {rows} rows that no entry names")
        return faults

    def said_to_disagree(self) -> list[str]:
        """Rows of which the integrity process says so: nobody changed one past the log here."""
        found = self.rows("select reason from audit_entry where verb = %s", audit.Verb.MISMATCH_FOUND.value)
        return [reason for (reason,) in found]

    def items(self) -> list[str]:
        """The leaf of each alert's each item."""
        return [leaf for (leaf,) in self.rows("select leaf::text from triage_alertitem")]

    def used(self) -> Counter[str]:
        """How often a reveal of each leaf was used, by the vault's own rows."""
        found = self.rows("select r.leaf::text from evidence_reveal r join evidence_revealuse u on u.reveal = r.id")
        return Counter(leaf.replace("-", "") for (leaf,) in found)

    def reveal_faults(self) -> list[str]:
        """Reveals used twice, and uses that not exactly one entry says."""
        twice = self.count(
            "select count(*) from (select reveal from evidence_revealuse group by reveal having count(*) > 1) twice"
        )
        unsaid = self.count(
            "select count(*) from evidence_revealuse u where 1 <> (select count(*) from audit_entry e"
            " where e.verb = %s and e.touched @> array['evidence_revealuse:' || u.id])",
            audit.Verb.CONTENT_REVEALED.value,
        )
        uses = self.count("select count(*) from evidence_revealuse")
        said = self.count("select count(*) from audit_entry where verb = %s", audit.Verb.CONTENT_REVEALED.value)
        wrong = {
            "reveals used twice": twice,
            "uses without their one entry": unsaid,
            "entries of no use": abs(said - uses),
        }
        return [f"{count} {what}" for what, count in wrong.items() if count]

    def _device(self, what: str) -> list[tuple[Any, ...]]:
        with closing(
            sqlite3.connect(f"file:{self.agent / 'outbox.sqlite'}?mode=ro", uri=True, timeout=PATIENCE_S)
        ) as store:
            return store.execute(what).fetchall()

    def _open(self, leaf: str, document: bytes, ciphertext: bytes) -> Delivered:
        envelope = codec.load(Envelope, bytes(document), max_size=MAX_DOCUMENT)
        keys = self.system.stack.home.store("vault", "opening-keys")
        secret = (keys / f"{envelope.deployment}.key").read_bytes()
        body = open_checked(envelope, bytes(ciphertext), X25519PrivateKey.from_private_bytes(secret)).body
        url = str(body.url)
        return Delivered(leaf.replace("-", ""), number_of(url), url, envelope.claim.event_at)

    def _epoch(self, epoch: str, number: int | None, head: Sequence[Any] | None) -> Epoch:
        hashes = self._device(f"select hash from leaf where epoch = {number} order by n") if number else []  # noqa: S608
        leaves = self.rows(
            'select kind, "commit", ciphertext_digest from intake_leaf where epoch = %s::uuid order by n', epoch
        )
        kept = [
            leaf_hash(leaf_data_of(kind, Digest(commit.hex()), Digest(text.hex()))) for kind, commit, text in leaves
        ]
        size, peaks, checkpoint = head or (0, b"", b"")
        frontier = Frontier(size, tuple(bytes(peaks[at : at + 32]) for at in range(0, len(peaks), 32)))
        signed = dsse.peek(DeviceCheckpoint, bytes(checkpoint)) if checkpoint else None
        return Epoch(
            epoch,
            (len(hashes), root_of(bytes(one) for (one,) in hashes).hex()),
            (len(kept), root_of(kept).hex()),
            (size, frontier.root.hex()),
            (signed.size, signed.root) if signed else (0, EMPTY_ROOT.hex()),
        )

    def _log_faults(self, agency: AgencyKeys) -> list[str]:
        places = self.rows(
            """
            select s.index, replace(s.run::text, '-', ''), s.number, s.previous, s.record, e."commit"
            from audit_sequenced s join audit_entry e on e.id = s.entry_id
            where s.agency = %s::uuid order by s.index
            """,
            agency.agency,
        )
        faults, runs = list[str](), dict[str, tuple[int, bytes]]()
        for at, (index, run, number, previous, record, commit) in enumerate(places):
            next_number, last = runs.get(run, (0, bytes(previous)))
            follows = audit.record_of(Id(run), number, last, Digest(commit.hex()))
            if (index, number, bytes(previous), bytes(record)) != (at, next_number, last, follows):
                faults.append(f"{agency.origin}: record {index} does not follow the one before it")
            runs[run] = number + 1, bytes(record)
        return faults + self._checkpoint_faults(agency, [bytes(row[4]) for row in places])

    def _checkpoint_faults(self, agency: AgencyKeys, records: list[bytes]) -> list[str]:
        listed = dsse.peek(KeysDocument, agency.statement).keys
        keys = [PublicKey.parse(key.vkey) for key in listed if key.role is KeyRole.LOG]
        witness = PublicKey.parse(self.system.stack.made.witness)
        faults, tree = list[str](), Frontier()
        found = self.rows(
            "select note, cosigned_at is not null from audit_checkpoint where agency = %s::uuid order by size, cosigned_at",
            agency.agency,
        )
        for data, cosigned in found:
            note = SignedNote.parse(bytes(data))
            said, _ = check_checkpoint(note, agency.origin, keys)
            tree = tree.extend(map(leaf_hash, records[tree.size : said.size]))
            if (said.size, said.root) != (tree.size, tree.root) or cosigned != bool(check_cosigned(note, [witness])):
                faults.append(
                    f"{agency.origin}: the checkpoint of size {said.size} is of another log, or is not cosigned"
                )
        if tree.size != len(records):
            faults.append(f"{agency.origin}: {len(records) - tree.size} records after the last checkpoint")
        return faults
