"""The known answers of tests/vectors/documents, which a script without core's code wrote from docs/specs. Core reads and writes each byte
for byte, and signs and opens the same DSSE. References between them hold."""

import json
import re
import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.core.access.portal_access import DrawnWayIn
from offmon.core.authority import lists
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import Instrument, Term
from offmon.core.authority.profile import Choice, Profile, compile_grants
from offmon.core.authority.protected_contacts import ContactsText, ProtectedContacts
from offmon.core.bundle import layout
from offmon.core.bundle.end_certificate import EndCertificate, EndFacts
from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats import beat, codec, dsse, envelope, event, journal, protocol, trust, trust_file
from offmon.core.formats.beat import Beat, DeviceState
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.formats.event import Batch, DeviceCheckpoint, ForgottenLeaf, Leaf
from offmon.core.formats.kept_history import HistoryAnswer, HistoryAsk
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.formats.protocol import Enrol, Enrolled, ProfileUpdate
from offmon.core.formats.trust import KeyRole, KeysDocument
from offmon.core.ids import Id, Ms
from offmon.core.log import audit
from offmon.core.log.extract import LogExtract
from offmon.core.log.tlog.merkle import leaf_hash, root_of
from offmon.core.person.activity_record import DeviceNotes
from tests.unit.core.samples import SHPO, SHPO_TERM

TESTS = Path(__file__).parents[2]
VECTORS = TESTS / "vectors" / "documents"
ANSWERS: list[Any] = json.loads((VECTORS / "documents.json").read_text("ascii"))
MAKER = runpy.run_path(str(VECTORS / "make.py"))
CLASSES: dict[str, Any] = {
    cls.TYPE: cls
    for cls in (
        *(
            Batch,
            DeviceCheckpoint,
            event.DeviceNote,
            DrawnWayIn,
            Enrol,
            Enrolled,
            KeysDocument,
            Profile,
            event.Receipt,
            ProfileUpdate,
        ),
        *(lists.Exclusions, lists.ListDocument, lists.ListEntries, trust_file.TrustFile),
        *(ProtectedContacts, ContactsText, DeviceNotes, LogExtract, EndCertificate, EndFacts),
        *(HistoryAsk, HistoryAnswer, DeviceState),
        *(layout.Index, layout.Item, layout.EpochJournal, layout.Record, layout.CaseRun),
    )
} | dict.fromkeys(event.DeviceNote.EARLIER, event.DeviceNote)
SPECS = TESTS.parent / "docs" / "specs"
MAX, NOON = 1 << 20, Ms(1_795_608_000_000)


def named(what: str) -> Any:
    return next(case for case in ANSWERS if case["what"] == what)


def read(what: str) -> Any:
    """A document by core, opened where it is signed."""
    case = named(what)
    cls = CLASSES[case["type"]]
    if "signed" in case:
        return dsse.open_signed(cls, bytes.fromhex(case["signed"]), PublicKey.parse(case["vkey"]))
    return codec.load(cls, bytes.fromhex(case["bytes"]), max_size=MAX)


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case["what"])
def test_core_reads_it_and_writes_and_signs_the_same_bytes(case: dict[str, Any]) -> None:
    document = read(case["what"])
    assert codec.to_doc(document) == case["document"]
    assert codec.dump(document).hex() == case["bytes"]
    if "signed" in case:
        key = SigningKey.from_seed(case["vkey"].split("+")[0], bytes.fromhex(case["seed"]))
        assert key.public.vkey == case["vkey"]
        assert dsse.sign(document, key).hex() == case["signed"]
        assert dsse.digest_of(bytes.fromhex(case["signed"])) == case["digest"]


def test_the_chain_of_keys_lets_each_key_sign_what_it_signed() -> None:
    answer: Enrolled = read("it is")
    root = PublicKey.parse(answer.root)
    ring = trust.walk(answer.keys, [root])
    assert (ring.version, ring.newest) == (2, named("Keys statement 2, which announces a root")["digest"])
    for what, role in (
        ("a profile with two grants", KeyRole.PROFILE),
        ("a list of sites", KeyRole.LIST),
        ("exclusions", KeyRole.LIST),
        ("protected contacts", KeyRole.LIST),
        ("a receipt", KeyRole.RECEIPT),
    ):
        hint = dsse.signer_of(bytes.fromhex(named(what)["signed"]))
        assert ring.key(role, hint, NOON).vkey == named(what)["vkey"]
    given = bytes.fromhex(named("a trust file")["bytes"])
    assert trust_file.load(given + b"\n").roots_of(answer.agency, NOON) == (root,)


def test_the_grants_are_what_orders_and_choices_give() -> None:
    signed = [bytes.fromhex(named(what)["signed"]) for what in ("a list of sites", "a list of phrases")]
    sites, phrases = (lists.declaration(data, dsse.peek(lists.ListDocument, data)) for data in signed)
    order, first, second = order_with_two_terms()
    choices = [
        Choice(Capability.SITE, (first.id, second.id), (sites.ref.id,), None),
        Choice(Capability.PHRASE, (first.id,), (phrases.ref.id,), None),
    ]
    profile: Profile = read("a profile with two grants")
    assert compile_grants([order], [first, second], choices, [sites, phrases], NOON) == profile.grants


def order_with_two_terms() -> tuple[Instrument, Term, Term]:
    """The order of the tests of this folder, as the vectors have it: in force and served when its terms begin."""
    since = Ms(NOON - 300 * 86_400_000)
    order = replace(SHPO, basis=Basis.SHPO_SC, effective_from=since, served_at=since)
    first, second = (replace(SHPO_TERM, id=Id(one * 8), since=since, until=None) for one in ("7e00", "7e01"))
    return order, first, second


def test_an_update_carries_what_its_profile_names() -> None:
    update: ProfileUpdate = read("an update")
    assert update.profile is not None
    assert update.exclusions is not None
    profile = dsse.peek(Profile, update.profile)
    assert profile.exclusions == dsse.digest_of(update.exclusions)
    assert {dsse.digest_of(one) for one in update.lists} == {ref.digest for g in profile.grants for ref in g.lists}
    device: X25519PrivateKey = MAKER["ENCLOSED"]["private"]("device.invalid/list")
    assert envelope.public_of(device) == profile.list_key
    for data, sealed in zip(update.lists, update.entries, strict=True):
        document = dsse.peek(lists.ListDocument, data)
        place = protocol.list_place(profile.device, dsse.digest_of(data))
        assert lists.open_entries(document, envelope.open_bytes(sealed, device, place)).list == document.id


def test_a_batch_covers_what_its_checkpoint_says_and_so_does_what_is_left_of_it() -> None:
    whole: Batch = read("a batch")
    point = dsse.peek(DeviceCheckpoint, whole.checkpoint)
    leaves: list[Leaf] = [
        one for one in whole.leaves if isinstance(one, event.DisclosureLeaf | event.GapLeaf | event.NoteLeaf)
    ]
    assert (root_of(journal.hash_of(one) for one in leaves).hex(), len(leaves)) == (point.root, point.size)
    left: Batch = read("a batch with a leaf that the device forgot")
    (forgotten,) = [one for one in left.leaves if isinstance(one, ForgottenLeaf)]
    assert forgotten.commit == journal.leaf_commit(leaves[2])
    assert forgotten.ciphertext == journal.ciphertext_digest(leaves[2])


def test_what_a_bundle_shows_of_a_record_amounts_to_its_commitment() -> None:
    decision, body = json.loads((VECTORS.parent / "commitment.json").read_text("ascii"))["records"]
    record: layout.Record = read("a record")
    item: layout.Item = read("an item, its address withheld")
    assert layout.commit_of(record) == decision["commit"]
    assert layout.commit_of(item.body) == body["commit"] == item.envelope.content_commit
    for line in read("a bundle's run, of which no session is shown").entries:
        assert line.entry is not None
        assert layout.commit_of(line.entry) == line.commit
    salt = bytes.fromhex(decision["salt"])
    values = {field["name"]: field["value"] for field in decision["fields"]}
    assert layout.open_record("decision", salt, values, {"reason": WithholdingGround.THIRD_PARTY}) == record


def test_the_rows_of_an_epoch_are_the_tree_that_its_device_signed() -> None:
    epoch: layout.EpochJournal = read("an epoch")
    point = dsse.peek(DeviceCheckpoint, epoch.checkpoint)
    hashes = [leaf_hash(journal.leaf_data_of(row.leaf, row.commit, row.ciphertext)) for row in epoch.rows]
    assert (root_of(hashes).hex(), len(hashes)) == (point.root, point.size)
    commits = [journal.leaf_commit(row.opened) for row in epoch.rows if row.opened]
    assert commits == [row.commit for row in epoch.rows[:2]]


def test_an_entry_of_an_extract_makes_the_record_that_its_run_has() -> None:
    run = json.loads((VECTORS.parent / "run.json").read_text("ascii"))
    extract: LogExtract = read("an extract of the log")
    for line, known in zip(extract.entries, run["entries"], strict=True):
        commit = audit.commit_of(line.entry, line.salt)
        record = audit.record_of(Id(run["run"]), line.number, bytes.fromhex(line.previous), commit)
        assert (commit, record.hex()) == (known["commit"], known["record"])


def test_a_short_heartbeat_and_its_answer_are_the_bytes_that_the_spec_says() -> None:
    known = json.loads((VECTORS / "beat.json").read_text("ascii"))
    said, target = known["sent"], known["sent"]["target"]
    state: DeviceState = read("what a short heartbeat is of")
    made = Beat(said["at"], said["clock_offset_ms"], state.digest, said["keyid"])
    device = SigningKey.from_seed(MAKER["DEVICE_NAME"], bytes.fromhex(MAKER["FORMATS"]["drawn"](MAKER["DEVICE_NAME"])))
    assert (state.digest, made.nonce(target)) == (said["state"], said["nonce"])
    assert beat.sign(made, target, device).hex() == said["bytes"]
    sent = beat.load(bytes.fromhex(said["bytes"]))
    assert sent.beat == made
    sent.check(target, device.public)
    with pytest.raises(NotAuthentic):
        sent.check(target.replace("ingest", "other"), device.public)
    receipt = replace(read("a receipt"), refused=())
    answered = bytes.fromhex(known["answer"]["bytes"])
    whole = beat.receipt_of(answered, replace(receipt, at=Ms(0)), MAKER["FORMATS"]["keyid"](MAKER["SIGNS"]["receipt"]))
    assert json.loads(whole) == known["answer"]["receipt"]
    for broken in (answered[:-1], answered + b"\0"):
        with pytest.raises(Malformed):
            beat.receipt_of(broken, receipt, "a")


@pytest.mark.parametrize(
    "broken", [b"", b"\0" * 112, b"\0" * 112 + b"\xff", b"\xff" * 112 + b"key", b"\0" * 112 + b"k" * 401]
)
def test_other_bytes_are_no_short_heartbeat(broken: bytes) -> None:
    with pytest.raises(Malformed):
        beat.load(broken)


def test_every_type_of_the_specs_has_a_known_answer_made_apart_from_core() -> None:
    elsewhere = {"time", "enclosed", "body", "envelope", "gap", "note", "told"}  # the other vectors
    types = re.findall(r"`(offmon/[a-z-]+@[0-9]+)`", (SPECS / "README.md").read_text().partition("## 3. Types")[2])
    assert set(types) == {case["type"] for case in ANSWERS} | {f"offmon/{name}@1" for name in elsewhere}
