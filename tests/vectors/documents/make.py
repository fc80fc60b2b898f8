"""Makes the known answers of this folder: `python tests/vectors/documents/make.py [FOLDER]`.

Each document is written from the words of docs/specs, with the other makers' canonical form, signatures and trees. It shares no code with
offmon, so that a mistake must be made twice to pass. The documents fit together as those of one agency, case and device. Only the envelope
of batch and item names a profile and grant that are not here. The profile names the list and exclusions here, its grants' ids follow from
their content, and the update carries them all.
"""

import json
import runpy
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

BESIDE = Path(__file__).parents[1]
FORMATS = runpy.run_path(str(BESIDE / "make.py"))
ENCLOSED = runpy.run_path(str(BESIDE / "enclosed" / "make.py"))
END, HISTORY, EXTRACT, BEAT = (
    runpy.run_path(str(BESIDE / "documents" / f"{name}.py")) for name in ("end", "history", "extract", "beat")
)
TREES = runpy.run_path(str(BESIDE / "tlog" / "make.py"))

type Doc = dict[str, Any]

b64, tagged, vkey = (FORMATS[name] for name in ("b64", "tagged", "vkey"))
jcs: Callable[[Any], str] = FORMATS["jcs"]
AGENCY, CASE, DEVICE, DEPLOYMENT = (FORMATS[name] for name in ("AGENCY", "CASE", "DEVICE", "DEPLOYMENT"))
EPOCH, SALT, NOON, DAY_MS = (FORMATS[name] for name in ("EPOCH", "SALT", "NOON", "DAY_MS"))
SITES, TERM, PHRASES, OTHER_TERM = FORMATS["LIST"], FORMATS["TERM"], "1158" * 8, "7e01" * 8
ROOT, NEXT_ROOT, LOG = "root.invalid/86", "root.invalid/87", "log.invalid/86"
SIGNS = {role: f"force.invalid/86/{role}" for role in ("profile", "list", "receipt", "release")} | {"log": LOG}
DEVICE_NAME = f"device.invalid/{DEVICE}"
YEAR = {"since": NOON - 100 * DAY_MS, "until": NOON + 200 * DAY_MS}
OPEN = {"since": NOON - 300 * DAY_MS, "until": None}
TEXT = "Monitoring software must be installed on your devices \u2014 caf\u00e9."
WELSH = "Rhaid gosod meddalwedd fonitro."


def signed(document: Doc, name: str) -> bytes:
    """README §1, 7: DSSE v1, one signature, itself canonical."""
    kind = "application/vnd.offmon." + document["type"].removeprefix("offmon/").replace("@", ".v") + "+json"
    payload = jcs(document).encode()
    signature = FORMATS["key"](name).sign(FORMATS["pae"](kind, payload))
    signatures = [{"keyid": FORMATS["keyid"](name), "sig": b64(signature)}]
    return jcs({"payload": b64(payload), "payloadType": kind, "signatures": signatures}).encode()


def digest(data: bytes) -> str:
    return bytes(tagged("document", data)).hex()


def hpke(name: str) -> Doc:
    return {"suite": 1, "key": b64(ENCLOSED["private"](name).public_key().public_bytes_raw())}


# profile-and-keys.md


def keys(version: int) -> Doc:
    first = version == 1
    return {
        "type": "offmon/keys@1",
        "agency": AGENCY,
        "version": version,
        "previous": None if first else digest(signed(keys(1), ROOT)),
        "period": YEAR,
        "keys": [{"role": role, "vkey": vkey(SIGNS[role]), "period": OPEN} for role in sorted(SIGNS)],
        "next_root": None if first else vkey(NEXT_ROOT),
    }


def list_entries(list_id: str, name: str, pattern: str) -> Doc:
    return {
        "type": "offmon/list-entries@1",
        "list": list_id,
        "name": name,
        "entries": [
            {"rule": "r1", "pattern": pattern, "gravity": "standard"},
            {"rule": "r2", "pattern": f"other.{pattern}", "gravity": "urgent"},
        ],
    }


LISTS = {
    "site": list_entries(SITES, "demo-sites@1", "listed.invalid"),
    "phrase": list_entries(PHRASES, "demo-phrases@2", "an invented phrase"),
}


def declared(capability: str) -> Doc:
    entries = LISTS[capability]
    return {
        "type": "offmon/list@1",
        "id": entries["list"],
        "name": entries["name"],
        "agency": AGENCY,
        "capability": capability,
        "bases": ["shpo_sc", "licence"],
        "offence_types": ["iioc", "grooming"],
        "sensitive": False,
        "entries": tagged("list", jcs(entries).encode()).hex(),
        "valid": YEAR,
    }


def contacts() -> Doc:
    return {
        "type": "offmon/protected-contacts@1",
        "agency": AGENCY,
        "deployment": DEPLOYMENT,
        "version": 1,
        "salt": b64(SALT[:16]),
        "contacts": [own_contact()],
    }


def contacts_text() -> Doc:
    kept = {"salt": b64(SALT[:16]), "contacts": [own_contact()], "why": "", "moved": []}
    return {"type": "offmon/protected-contacts-text@1", **kept}


def own_contact() -> Doc:
    return {"id": "c0" * 16, "kind": "solicitor", "name": "Invented Solicitors", "hosts": ["solicitors.example"]}


def exclusions() -> Doc:
    return {
        "type": "offmon/exclusions@1",
        "name": "protected@1",
        "hosts": ["helpline.invalid", "lawyer.invalid"],
        "intents": ["solicitor", "cymorth"],
    }


def grant(capability: str, terms: list[str], fields: list[str]) -> Doc:
    """Its id is what its bytes give with an id of zeros."""
    entries, declaration = LISTS[capability], signed(declared(capability), SIGNS["list"])
    content = {
        "kind": capability,
        "id": "0" * 32,
        "terms": [{"term": term, "period": OPEN} for term in terms],
        "purpose": "supervision",
        "fields": fields,
        "lists": [{"id": entries["list"], "name": entries["name"], "digest": digest(declaration)}],
    }
    return content | {"id": digest(jcs(content).encode())[:32]}


def profile() -> Doc:
    grants = [
        grant("site", [TERM, OTHER_TERM], ["matched_entry", "title", "url"]),
        grant("phrase", [TERM], ["context_after", "context_before", "matched_entry", "title", "url"]),
    ]
    return {
        "type": "offmon/profile@5",
        "schema": 5,
        "agency": AGENCY,
        "case": CASE,
        "deployment": DEPLOYMENT,
        "device": DEVICE,
        "device_key": vkey(DEVICE_NAME),
        "list_key": hpke("device.invalid/list"),
        "evidence_key": hpke("vault.invalid/86"),
        "version": 1,
        "previous": None,
        "lease": {"since": NOON, "until": NOON + 30 * DAY_MS},
        "grants": sorted(grants, key=lambda one: str(one["id"])),
        "exclusions": digest(signed(exclusions(), SIGNS["list"])),
        "person_texts": [{"term": term, "text": TEXT, "period": OPEN} for term in (TERM, OTHER_TERM)],
        "controllers": [{"agency": AGENCY, "name": "Force of Nowhere", "contact": "force.invalid"}],
        "delay_days": 14,
        "log_origin": LOG,
        "ingest": "https://ingest.invalid",
        "contacts": digest(signed(contacts(), SIGNS["list"])),
        "welsh_texts": [{"term": TERM, "text": WELSH, "period": OPEN}],
        "agreed": [OTHER_TERM],
        "silences": [
            {
                "id": "51" * 16,
                "why": "permission",
                "terms": [TERM],
                "entries": [{"list": SITES, "rule": "r1"}],
                "site": None,
                "week": {"days": [1, 5], "since": 540, "until": 1020},
                "period": {"since": NOON, "until": NOON + DAY_MS},
                "said": "You may use the library’s own page.",
                "said_welsh": None,
                "given_by": "Ash Officer",
            }
        ],
        "device_kind": "mobile_phone",
    }


# journal.md and device-protocol.md


@cache
def journal() -> Doc:
    made: Doc = FORMATS["journal"]()
    return made


def checkpoint(offset: int = -1500) -> Doc:
    return {
        "type": "offmon/device-checkpoint@1",
        "device": DEVICE,
        "epoch": EPOCH,
        "size": 3,
        "root": journal()["root"],
        "at": NOON + 1_000,
        "clock_offset_ms": offset,
        "boot": "b007" * 8,
        "release": "1e" * 32,
    }


def batch(*, forgotten: bool) -> Doc:
    gap, note, disclosure = journal()["leaves"]
    place = {"device": DEVICE, "epoch": EPOCH, "n": 2}
    kept = {
        "envelope": disclosure["document"],
        "salt": b64(SALT),
        "ciphertext": b64(bytes.fromhex(disclosure["ciphertext"])),
    }
    left = {"commit": disclosure["commit"], "ciphertext": disclosure["ciphertext_sha256"]}
    return {
        "type": "offmon/batch@1",
        "device": DEVICE,
        "epoch": EPOCH,
        "first": 0,
        "leaves": [
            {"kind": "gap", "gap": gap["document"], "salt": b64(SALT)},
            {"kind": "note", "note": note["document"], "salt": b64(SALT)},
            {"kind": "forgotten", **place, **left} if forgotten else {"kind": "disclosure", **kept},
        ],
        "checkpoint": b64(signed(checkpoint(), DEVICE_NAME)),
        "acknowledged": {"receipt": b64(signed(receipt(), SIGNS["receipt"])), "proof": []} if forgotten else None,
    }


def withdrawn() -> Doc:
    """journal.md: a note of an item is of the newer type."""
    return dict(FORMATS["note"](), type="offmon/note@2", note="agreement_withdrawn", term=TERM)


def slept() -> Doc:
    """journal.md: `count` are the seconds that it slept before `at`."""
    return dict(FORMATS["note"](), note="slept", count=3600)


def receipt() -> Doc:
    return {
        "type": "offmon/receipt@1",
        "device": DEVICE,
        "epoch": EPOCH,
        "size": 3,
        "root": journal()["root"],
        "refused": [{"n": 2, "reason": "no-grant"}],
        "nonce": "0f" * 16,
        "at": NOON + 2_000,
        "log_checkpoint": TREES["checkpoint"]([b"one", b"two"])[1],
    }


def way_in() -> Doc:
    return {"type": "offmon/way-in@1", "device": DEVICE, "drawn_at": NOON, "proof": FORMATS["way_in"]()["proof"]}


def enrol() -> Doc:
    return {
        "type": "offmon/enrol@1",
        "secret": b64(bytes(range(10))),
        "device_key": vkey(DEVICE_NAME),
        "list_key": hpke("device.invalid/list"),
        "schema": 5,
        "release": "1e" * 32,
        "account": tagged("os-account", b"machine", b"\x00", b"1000").hex(),
    }


def enrolled() -> Doc:
    return {
        "type": "offmon/enrolled@1",
        "agency": AGENCY,
        "deployment": DEPLOYMENT,
        "device": DEVICE,
        "root": vkey(ROOT),
        "keys": [b64(signed(keys(version), ROOT)) for version in (1, 2)],
        "log_origin": LOG,
    }


def update(*, empty: bool) -> Doc:
    shown = [] if empty else ["phrase", "site"]
    return {
        "type": "offmon/update@2",
        "keys": [b64(signed(keys(version), ROOT)) for version in (1, 2)],
        "profile": None if empty else b64(signed(profile(), SIGNS["profile"])),
        "exclusions": None if empty else b64(signed(exclusions(), SIGNS["list"])),
        "lists": [b64(signed(declared(one), SIGNS["list"])) for one in shown],
        "entries": [b64(sealed_entries(one)) for one in shown],
        "contacts": None if empty else b64(sealed_contacts()),
    }


def sealed_entries(capability: str) -> bytes:
    """Enclosed to the device's list key, and bound to the device and the signed declaration."""
    info = f"offmon/list-entries@1 {DEVICE} {digest(signed(declared(capability), SIGNS['list']))}".encode()
    return sealed_to_device(jcs(LISTS[capability]).encode(), capability, info)


def sealed_contacts() -> bytes:
    """The signed document as a whole, likewise."""
    document = signed(contacts(), SIGNS["list"])
    return sealed_to_device(document, "contacts", f"offmon/protected-contacts@1 {DEVICE} {digest(document)}".encode())


def sealed_to_device(data: bytes, what: str, info: bytes) -> bytes:
    """To the device's list key. The ephemeral key is fixed, for this file."""
    device, ephemeral = ENCLOSED["private"]("device.invalid/list"), ENCLOSED["private"](f"ephemeral {what}")
    sealed: bytes = ENCLOSED["seal"](data, device.public_key().public_bytes_raw(), ephemeral, info)
    return sealed


# trust-file.md


def trust() -> Doc:
    agency = {"agency": AGENCY, "origin": LOG, "roots": [{"period": OPEN, "vkey": vkey(ROOT)}]}
    witness = {"independent": True, "operator": "A university", "period": YEAR, "vkey": vkey("witness.invalid/one", 4)}
    return {"type": "offmon/trust@1", "agencies": [agency], "witnesses": [witness], "quorum": 1, "max_lag_s": 86_400}


# bundle.md, with the fields of README §4


def record(committed: Doc, withheld: str | None = None) -> Doc:
    """A record of the other makers, opened; one field withheld."""
    named = [
        {
            "name": field["name"],
            "digest": field["digest"],
            "salt": None if field["name"] == withheld else b64(bytes.fromhex(field["salt"])),
            "ground": "third_party" if field["name"] == withheld else None,
        }
        for field in committed["fields"]
    ]
    shown = {field["name"]: field["value"] for field in committed["fields"] if field["name"] != withheld}
    return {"type": "offmon/record@1", "kind": committed["kind"], "fields": named, "values": b64(jcs(shown).encode())}


def decision() -> Doc:
    made: Doc = FORMATS["commitments"]()["records"][0]
    return made


def item() -> Doc:
    body = record(FORMATS["commitments"]()["records"][1], "url")
    return {"type": "offmon/item@1", "envelope": FORMATS["envelope"](), "salt": b64(SALT), "body": body}


def run() -> Doc:
    entries = [
        {
            "number": entry["number"],
            "index": 40 + 2 * entry["number"],
            "commit": entry["commit"],
            "entry": record(FORMATS["record_commit"]("audit", entry["fields"]), "session"),
            "ground": None,
        }
        for entry in FORMATS["audit_run"]()["entries"]
    ]
    return {"type": "offmon/run@1", "case": CASE, "first": 0, "entries": entries}


def epoch() -> Doc:
    """The rows of the journal beside it: a gap and a note, opened, and a disclosure that is shown elsewhere, as an item."""
    rows = [
        {
            "n": n,
            "leaf": leaf["kind"],
            "commit": leaf["commit"],
            "ciphertext": leaf["ciphertext_sha256"],
            "account": "shown",
            "why": None,
            "entry": None,
            "opened": None
            if leaf["kind"] == "disclosure"
            else {"kind": leaf["kind"], leaf["kind"]: leaf["document"], "salt": b64(SALT)},
        }
        for n, leaf in enumerate(journal()["leaves"])
    ]
    return {
        "type": "offmon/journal@1",
        "device": DEVICE,
        "epoch": EPOCH,
        "rows": rows,
        "checkpoint": b64(signed(checkpoint(), DEVICE_NAME)),
    }


def index() -> Doc:
    return {
        "type": "offmon/bundle@1",
        "kind": "court",
        "agency": AGENCY,
        "case": CASE,
        "origin": LOG,
        "root": vkey(ROOT),
        "export": "e890" * 8,
        "made_at": NOON + DAY_MS,
        "opened": {"since": NOON - DAY_MS, "until": NOON + DAY_MS},
        "last": 1,
        "limits": [
            "shows-a-device-account-not-a-person",
            "until-sequenced-an-entry-rests-on-the-database",
            "a-twin-run-from-the-start-shows-where-every-leaf-is-opened-not-here",
            "whoever-shares-the-account-can-feed-pages",
        ],
    }


def notes() -> Doc:
    """told.md: what a device writes down for the person's expert. Its log's checkpoint is the receipt's."""
    return {
        "type": "offmon/device-notes@1",
        "agency": AGENCY,
        "case": CASE,
        "device": DEVICE,
        "origin": LOG,
        "keys": [vkey(SIGNS["log"])],
        "commits": sorted(leaf["commit"] for leaf in journal()["leaves"] if leaf["kind"] == "disclosure"),
        "checkpoints": [b64(receipt()["log_checkpoint"].encode())],
    }


def told(what: str, document: Doc, signer: str | None = None) -> Doc:
    plain = {"what": what, "type": document["type"], "document": document, "bytes": jcs(document).encode().hex()}
    if signer is None:
        return plain
    data = signed(document, signer)
    made = {"seed": FORMATS["drawn"](signer), "vkey": vkey(signer), "signed": data.hex(), "digest": digest(data)}
    return plain | made


def documents() -> list[Doc]:
    end_facts = END["facts"](AGENCY, CASE, DEPLOYMENT, [DEVICE, EPOCH, CASE], NOON)
    entries = FORMATS["audit_run"]()["entries"]
    proof = (receipt()["log_checkpoint"], b64(signed(keys(1), ROOT)), b64(signed(profile(), SIGNS["profile"])))
    return [
        told("Keys statement 1", keys(1), ROOT),
        told("Keys statement 2, which announces a root", keys(2), ROOT),
        told("a list of sites", declared("site"), SIGNS["list"]),
        told("its entries", LISTS["site"]),
        told("a list of phrases", declared("phrase"), SIGNS["list"]),
        told("their entries", LISTS["phrase"]),
        told("exclusions", exclusions(), SIGNS["list"]),
        told("protected contacts", contacts(), SIGNS["list"]),
        told("protected contacts as they are kept", contacts_text()),
        told("a profile with two grants", profile(), SIGNS["profile"]),
        told("a device's checkpoint", checkpoint(), DEVICE_NAME),
        told("the same with a clock that is behind", checkpoint(1500), DEVICE_NAME),
        told("a batch", batch(forgotten=False)),
        told("a batch with a leaf that the device forgot", batch(forgotten=True)),
        told("a note of an item that the person withdrew", withdrawn()),
        told("a note that the device slept", slept()),
        told("a receipt", receipt(), SIGNS["receipt"]),
        told("what a short heartbeat is of", BEAT["state"](globals())),
        told("a way in", way_in(), DEVICE_NAME),
        told("a device asks that its history is opened", HISTORY["asked"](DEVICE, NOON), DEVICE_NAME),
        told("it is not yet", HISTORY["answer"](opened=False)),
        told("an officer opened it", HISTORY["answer"](opened=True)),
        told("what a device writes down for an expert", notes()),
        told("a device asks to be enrolled", enrol()),
        told("it is", enrolled()),
        told("an update", update(empty=False)),
        told("an update without a profile", update(empty=True)),
        told("a trust file", trust()),
        told("a bundle's index", index()),
        told("a bundle's run, of which no session is shown", run()),
        told("a record", record(decision(), "reason")),
        told("an epoch", epoch()),
        told("an extract of the log", EXTRACT["extract"](AGENCY, CASE, NOON, entries, proof[:2])),
        told("the facts of an end", end_facts),
        told("an end certificate", END["certificate"](end_facts, proof, record(decision(), "reason"))),
        told("an item, its address withheld", item()),
    ]


def main(folder: Path) -> None:
    text = json.dumps(documents(), indent=1, ensure_ascii=True)
    (folder / "documents.json").write_text(text + "\n", encoding="ascii")
    (folder / "beat.json").write_text(json.dumps(BEAT["beats"](globals()), indent=1) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
