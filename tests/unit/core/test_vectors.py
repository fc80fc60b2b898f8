"""The known answers of tests/vectors, which a script that shares no code with core made: core gives the same bytes."""

import base64
import json
import runpy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from offmon.core.access import portal_access
from offmon.core.access.portal_access import WayIn
from offmon.core.errors import Malformed
from offmon.core.formats import canon, codec, commitment, dsse, envelope, httpsig, journal, protocol
from offmon.core.formats.canon import Tag
from offmon.core.formats.event import Body, DeviceNote, DisclosureLeaf, Envelope, Gap, GapLeaf, NoteLeaf
from offmon.core.formats.keys import Algorithm, PublicKey, SigningKey
from offmon.core.formats.protocol import Code, SignedTime
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log import audit
from offmon.core.log.records import DecisionRecord, values_of
from offmon.core.log.tlog.merkle import root_of
from tests.unit.core.samples import code_of

VECTORS = Path(__file__).parents[2] / "vectors"


def known(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text())


@pytest.mark.parametrize("maker", sorted(VECTORS.rglob("make.py")), ids=lambda maker: maker.parent.name)
def test_the_committed_files_are_what_their_maker_makes(tmp_path: Path, maker: Path) -> None:
    runpy.run_path(str(maker))["main"](tmp_path)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert made == {file.name: file.read_bytes() for file in maker.parent.glob("*.json")}


def test_canonical_bytes() -> None:
    for case in known("canon")["values"]:
        assert canon.encode(case["value"]).hex() == case["bytes"]
        assert canon.decode(bytes.fromhex(case["bytes"]), max_size=1000) == case["value"]


@pytest.mark.parametrize("case", known("canon")["refused"], ids=lambda case: case["what"])
def test_bytes_that_are_no_canonical_document_are_refused(case: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        canon.decode(bytes.fromhex(case["bytes"]), max_size=1000)


def test_sixteen_levels_are_read() -> None:
    canon.decode(bytes.fromhex(known("canon")["deepest"]), max_size=1000)


def test_every_tag_gives_its_own_digest_of_the_same_bytes() -> None:
    data = bytes.fromhex(known("tags")["data"])
    expected = {entry["tag"]: entry["digest"] for entry in known("tags")["digests"]}
    assert {tag.value: canon.digest(tag, data).hex() for tag in Tag} == expected
    assert len(set(expected.values())) == len(Tag)


def test_records_are_committed_field_by_field() -> None:
    for record in known("commitment")["records"]:
        salt, values = bytes.fromhex(record["salt"]), {f["name"]: f["value"] for f in record["fields"]}
        assert commitment.commit(record["kind"], salt, values) == record["commit"]
        for field in record["fields"]:
            assert commitment.field_salt(salt, field["name"]).hex() == field["salt"]
            assert commitment.digests_of(salt, values)[field["name"]] == field["digest"]


def test_the_records_of_the_vectors_are_records_of_core() -> None:
    decision, body = known("commitment")["records"]
    values = {f["name"]: f["value"] for f in decision["fields"]}
    read = codec.from_doc(DecisionRecord, values | {"kind": "decision"})
    assert values_of(read) == values
    inside = codec.from_doc(Body, {f["name"]: f["value"] for f in body["fields"]} | {"type": "offmon/body@1"})
    assert envelope.content_commit(inside, bytes.fromhex(body["salt"])) == body["commit"]


def read_leaf(case: dict[str, Any]) -> DisclosureLeaf | GapLeaf | NoteLeaf:
    salt = bytes.fromhex(case["salt"])
    match case["kind"]:
        case "gap":
            return GapLeaf(codec.from_doc(Gap, case["document"]), salt)
        case "note":
            return NoteLeaf(codec.from_doc(DeviceNote, case["document"]), salt)
        case _:
            return DisclosureLeaf(codec.from_doc(Envelope, case["document"]), salt, bytes.fromhex(case["ciphertext"]))


def test_journal_leaves_and_their_root() -> None:
    cases = known("journal")["leaves"]
    leaves = [read_leaf(case) for case in cases]
    for case, leaf in zip(cases, leaves, strict=True):
        assert journal.leaf_commit(leaf) == case["commit"]
        assert journal.ciphertext_digest(leaf) == case["ciphertext_sha256"]
        data = journal.leaf_data_of(case["kind"], case["commit"], case["ciphertext_sha256"])
        assert data.hex() == case["leaf_data"]
        assert journal.hash_of(leaf).hex() == case["leaf_hash"]
    assert root_of(journal.hash_of(leaf) for leaf in leaves).hex() == known("journal")["root"]


def test_what_bodies_and_lists_are_bound_to() -> None:
    place = codec.from_doc(Envelope, known("journal")["leaves"][2]["document"])
    assert envelope.place_of(place).hex() == known("journal")["hpke_info"]
    info = protocol.list_place(place.device, Digest("cd" * 32))
    assert info.hex() == known("journal")["list_info"]


def test_a_run_of_audit_entries() -> None:
    run = known("run")
    for case in run["entries"]:
        entry = codec.from_doc(audit.AuditEntry, case["fields"] | {"kind": "audit"})
        assert audit.fields_of(entry) == case["fields"]
        commit = audit.commit_of(entry, bytes.fromhex(case["salt"]))
        assert commit == case["commit"]
        record = audit.record_of(Id(run["run"]), case["number"], bytes.fromhex(case["previous"]), commit)
        assert record.hex() == case["record"]


def test_a_signed_document() -> None:
    case = known("dsse")
    payload = bytes.fromhex(case["payload"])
    assert dsse.payload_type(case["type"]) == case["payload_type"]
    assert dsse.pae(case["payload_type"], payload).hex() == case["pae"]
    data = bytes.fromhex(case["signed"])
    opened = dsse.open_signed(SignedTime, data, PublicKey.parse(case["vkey"]))
    assert codec.dump(opened) == payload
    name = case["vkey"].split("+")[0]
    key = SigningKey.from_seed(name, sha256(name.encode()).digest())
    assert dsse.sign(opened, key) == data
    assert dsse.digest_of(data) == case["digest"]


def test_keys_and_their_fingerprints() -> None:
    for case in known("keys")["keys"]:
        key = SigningKey.from_seed(case["name"], bytes.fromhex(case["seed"]), Algorithm(case["algorithm"])).public
        assert (key.raw.hex(), key.vkey, key.fingerprint) == (case["public"], case["vkey"], case["fingerprint"])
        assert PublicKey.parse(case["vkey"]) == key


@pytest.mark.parametrize("point", known("keys")["small_order"])
def test_a_key_under_which_any_message_may_hold_is_refused(point: str) -> None:
    weak = PublicKey("device.invalid/weak", Algorithm.ED25519, bytes.fromhex(point))
    assert code_of(PublicKey.parse, weak.vkey) == "weak-key"


def test_a_signed_request() -> None:
    case = known("httpsig")
    message = httpsig.Message(case["method"], case["uri"], bytes.fromhex(case["body"]))
    key = SigningKey.from_seed(case["vkey"].split("+")[0], bytes.fromhex(case["seed"]))
    assert httpsig.sign(message, key, Ms(case["at"]), case["nonce"]) == case["headers"]
    given = httpsig.parse(case["headers"]["Signature-Input"])
    httpsig.check(message, case["headers"]["Content-Digest"], given, case["headers"]["Signature"], key.public)
    key.public.verify(_raw(case["headers"]["Signature"]), case["base"].encode())


def _raw(field: str) -> bytes:
    return base64.b64decode(field.removeprefix("sig1=:").removesuffix(":"))


def test_an_enrolment_code() -> None:
    case = known("enrolment")
    root = PublicKey.parse(case["root"])
    code = protocol.code_for(bytes.fromhex(case["secret"]), root)
    assert (code.text, code.root_half.hex()) == (case["code"], case["root_half"])
    assert Code.parse(case["code"]) == code
    assert code.names(root)


def test_a_way_in() -> None:
    case = known("way-in")
    for name, code in ((case["name"], case["code"]), (" ABCD efgh", "abcde 23456")):
        assert portal_access.proof_of(WayIn(name, code)) == case["proof"]
