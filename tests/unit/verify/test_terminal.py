"""The verdict on the screen is the verdict given, whatever the bundle says and the terminal lacks."""

import base64
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from offmon.core.bundle import layout
from offmon.core.bundle.layout import Index, Item
from offmon.core.formats import canon, dsse
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.trust_file import TrustFile
from offmon.core.log.tlog.note import NoteSignature
from offmon.core.log.tlog.proof import Proof
from offmon.verify.app import judge
from offmon.verify.text import as_json, as_text
from offmon.verify.verdict import Name
from tests.support.forge import Forged, loaded, save_trust
from tests.support.tamper import edit, fails, find, having, honest

SPOOF = "\x1b[2J\x1b[1;1HVERIFIED\r\n  complete    yes"


def with_a_field(forged: Forged, name: str) -> None:
    """One more field in the body of an item, of that name, and false."""
    path = find(forged, "data/items/")
    doc = json.loads(forged.payload[path])
    values = canon.decode(loaded(Item, forged.payload[path]).body.values, max_size=1 << 20)
    assert isinstance(values, dict)
    first = doc["body"]["fields"][0]
    fields = [*doc["body"]["fields"], {**first, "name": name}]
    doc["body"]["fields"] = sorted(fields, key=lambda field: str(field["name"]))
    doc["body"]["values"] = base64.b64encode(canon.encode({**values, name: "x"})).decode()
    forged.payload[path] = canon.encode(doc)


def said(forged: Forged, trust: TrustFile | None) -> tuple[str, str]:
    """The verdict as text and as JSON, neither of which a terminal does anything by."""
    verdict = judge(forged.bundle(), trust)
    text, line = as_text(verdict), as_json(verdict)
    assert all(part.isprintable() for part in text.split("\n"))
    assert line.isascii()
    assert line.isprintable()
    return text, line


@pytest.mark.parametrize("name", [SPOOF, "a\x7fb", "Title", "a" * 42, ""])
def test_a_field_of_a_name_that_no_field_has_is_not_quoted(name: str) -> None:
    forged = honest()
    with_a_field(forged, name)
    fails(forged, Name.AUTHENTIC, "bad-field", "is not the name of a record's field")
    said(forged, forged.trust)


@pytest.mark.parametrize("sign", ["\x9b", "\u202e", "\u2066", "\u200f"])
def test_names_of_keys_are_shown_and_turn_nothing_round(sign: str) -> None:
    forged = honest()
    root = SigningKey.from_seed(f"root{sign}", bytes(32))
    edit(forged, layout.INDEX, Index, having(root=root.public.vkey))
    forged.payload[layout.keys_path(1)] = dsse.sign(forged.forge.statement(), root)
    path = layout.proof_path(max(int(path[7:].partition(".")[0]) for path in forged.tags if path.startswith("proofs/")))
    proof = Proof.parse(forged.tags[path])
    stranger = NoteSignature(f"name{sign}", b"four", b"nothing")
    forged.tags[path] = replace(proof, note=replace(proof.note, signatures=(*proof.note.signatures, stranger))).data
    text, line = said(forged, None)
    assert f"agency root root{ascii(sign)[1:-1]} " in text
    assert f"signed by name{sign}" in json.loads(line)["fingerprints"]


@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_terminal_without_a_letter_still_gets_its_answer(encoding: str, form: list[str], tmp_path: Path) -> None:
    forged = honest()
    changed = loaded(Item, forged.payload[find(forged, "data/items/")]).body
    changed = replace(changed, values=changed.values.replace(b'"listed.invalid"', b'"lasted.invalid"'))
    edit(forged, find(forged, "data/items/"), Item, having(body=changed))
    (tmp_path / "b").write_bytes(forged.bundle())
    (tmp_path / "t").write_bytes(save_trust(forged.trust))
    command = [sys.executable, "-m", "offmon", "verify", "b", "--trust", "t", *form]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert rb"The field \u201cmatched_entry\u201d is not" in done.stdout
