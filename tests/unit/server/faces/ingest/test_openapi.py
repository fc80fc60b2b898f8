"""docs/api/openapi.yaml is what the code does: its addresses, its documents, its limits, its answers."""

import re
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from offmon.core.authority.capability import Band, Capability
from offmon.core.authority.may_leave import RefusalReason
from offmon.core.authority.profile import SCHEMA, HpkeKey, ListRef
from offmon.core.formats import event, httpsig, protocol
from offmon.core.formats.batches import MAX_BATCH, MAX_LEAVES
from offmon.core.formats.beat import MAX_BEAT, known_as
from offmon.core.formats.dsse import Signed
from offmon.core.formats.kept_history import HistoryAnswer
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.problem import CONTENT_TYPE, Problem
from offmon.core.ids import Digest, Ms
from offmon.server.base.web.permissions import public_views
from offmon.server.faces.ingest.answers import problem_of
from offmon.server.intake.may_stay import NotGranted

DOCUMENT: Any = yaml.safe_load((Path(__file__).parents[5] / "docs/api/openapi.yaml").read_text(encoding="utf-8"))
ADDRESSES = {
    protocol.ENROL_PATH: "post",
    protocol.BATCHES_PATH: "post",
    protocol.BEATS_PATH: "post",
    protocol.PROFILE_PATH: "get",
    protocol.WAY_IN_PATH: "post",
    protocol.HISTORY_PATH: "post",
}
JOURNAL = {Problem.MISSING_FROM, Problem.FORKED, Problem.UNKNOWN_GRANT, Problem.OUT_OF_PERIOD}
# What each operation may answer with, beside yes.
EVERY = set(Problem) - JOURNAL - {Problem.BAD_CODE, Problem.TOO_MANY}
ANSWERS = {
    protocol.ENROL_PATH: (EVERY | {Problem.BAD_CODE}) - {Problem.UNKNOWN_DEVICE},
    protocol.BATCHES_PATH: EVERY | JOURNAL,
    protocol.BEATS_PATH: EVERY,
    protocol.PROFILE_PATH: EVERY,
    protocol.WAY_IN_PATH: EVERY | {Problem.UNKNOWN_GRANT, Problem.TOO_MANY},
    protocol.HISTORY_PATH: EVERY | {Problem.UNKNOWN_GRANT, Problem.TOO_MANY},
}
EMPTY = {protocol.BEATS_PATH: {"204"}, protocol.PROFILE_PATH: {"304"}}
"""The answers without a body: neither a yes nor a problem."""
KINDS = (
    *(protocol.Enrol, protocol.Enrolled, event.Batch, Signed, HpkeKey, ListRef, event.DisclosureLeaf, event.Envelope),
    *(HistoryAnswer, event.Claim, event.GapLeaf, event.Gap, event.NoteLeaf, event.ForgottenLeaf),
)
DOCUMENTS = {kind.__name__: kind for kind in KINDS} | {"Update": protocol.ProfileUpdate, "NoteOfItem": event.DeviceNote}


def operation(path: str) -> dict[str, Any]:
    return dict(DOCUMENT["paths"][path][ADDRESSES[path]])


def named(reference: dict[str, str]) -> dict[str, Any]:
    """What a `$ref` of this document names."""
    found = DOCUMENT
    for part in reference["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def references(tree: object) -> list[dict[str, str]]:
    if isinstance(tree, dict):
        own = [{"$ref": tree["$ref"]}] if "$ref" in tree else []
        return own + [ref for value in tree.values() for ref in references(value)]
    return [ref for value in tree for ref in references(value)] if isinstance(tree, list) else []


def test_it_lists_the_addresses_that_there_are_and_no_other() -> None:
    assert {path: [*methods] for path, methods in DOCUMENT["paths"].items()} == {p: [m] for p, m in ADDRESSES.items()}
    assert {f"/{route}" for route in public_views("offmon.server.faces.ingest.urls")} == {
        *ADDRESSES,
        protocol.MARKER_PATH,
    }


def test_every_reference_leads_somewhere_and_everything_is_referred_to() -> None:
    found = references(DOCUMENT)
    assert all(named(reference) for reference in found)
    parts = {f"#/components/{kind}/{name}" for kind, named_ in DOCUMENT["components"].items() for name in named_}
    assert parts == {reference["$ref"] for reference in found}


@pytest.mark.parametrize("path", ADDRESSES)
def test_its_answers_are_the_problems_that_the_operation_has(path: str) -> None:
    responses = operation(path)["responses"]
    empty, problems = EMPTY.get(path, set()), {str(problem.status) for problem in ANSWERS[path]}
    assert set(responses) == {"200"} | empty | problems
    assert [list(named(responses[status])["content"]) for status in problems] == [[CONTENT_TYPE]] * len(problems)
    assert all(responses[status].keys() == {"description"} for status in empty)


def test_each_answer_names_its_problems() -> None:
    said = {name: part["description"] for name, part in DOCUMENT["components"]["responses"].items()}
    for path, problems in ANSWERS.items():
        for problem in problems:
            reference = operation(path)["responses"][str(problem.status)]
            assert problem.code in said[reference["$ref"].rpartition("/")[2]]


@pytest.mark.parametrize("path", ADDRESSES.keys() - {protocol.BEATS_PATH})
def test_every_operation_wants_the_three_fields_of_a_signature(path: str) -> None:
    wanted = [one for parameter in operation(path)["parameters"] if (one := named(parameter))["required"]]
    message, key = httpsig.Message("POST", "x", b""), SigningKey.from_seed("device/x", bytes(32))
    signed = httpsig.sign(message, key, Ms(1), "0" * 32)
    assert {p["name"] for p in wanted if p["in"] == "header"} == set(signed)
    assert all(re.fullmatch(p["schema"]["pattern"], signed[p["name"]]) for p in wanted)


def test_a_short_heartbeat_carries_its_signature_itself() -> None:
    assert "parameters" not in operation(protocol.BEATS_PATH)


def test_one_operation_takes_a_field_more_which_says_what_is_held() -> None:
    optional = {
        (path, field["name"]): field["schema"]["pattern"]
        for path in ADDRESSES
        for parameter in operation(path).get("parameters", [])
        if not (field := named(parameter))["required"]
    }
    [(place, pattern)] = optional.items()
    assert place == (protocol.PROFILE_PATH, "If-None-Match")
    digest = Digest("0" * 64)
    assert all(re.fullmatch(pattern, known_as(digest, profile)) for profile in (None, digest))


@pytest.mark.parametrize(("schema", "kind"), DOCUMENTS.items())
def test_its_documents_have_the_fields_that_they_have(schema: str, kind: Any) -> None:
    said = DOCUMENT["components"]["schemas"][schema]
    head = {name.lower(): getattr(kind, name) for name in ("TYPE", "KIND") if hasattr(kind, name)}
    assert list(said["properties"]) == said["required"] == [*head, *(f.name for f in fields(kind))]
    assert said["additionalProperties"] is False
    assert {name: said["properties"][name]["const"] for name in head} == head


@pytest.mark.parametrize(
    ("schema", "name", "kind"),
    [
        ("Claim", "kind", Capability),
        ("Claim", "band", Band),
        ("Claim", "gravity", event.Gravity),
        ("Claim", "origin", event.Origin),
        ("Gap", "reason", event.GapReason),
    ],
)
def test_its_closed_lists_are_those_of_the_code(schema: str, name: str, kind: type[StrEnum]) -> None:
    assert DOCUMENT["components"]["schemas"][schema]["properties"][name]["enum"] == list(kind)


def test_a_note_is_one_of_two_types_and_says_what_the_code_knows() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    older, newest = (schemas[name]["properties"] for name in ("Note", "NoteOfItem"))
    assert [*older["note"]["enum"], newest["note"]["const"]] == list(event.NoteKind)
    [(earlier, lacks)] = event.DeviceNote.EARLIER.items()
    assert older["type"]["const"] == earlier
    assert newest.keys() - older.keys() == lacks


def test_a_leaf_is_one_of_those_that_may_be_sent() -> None:
    named_ = DOCUMENT["components"]["schemas"]["Batch"]["properties"]["leaves"]["items"]["oneOf"]
    sent = [kind.__name__ for kind in get_args(event.Sent.__value__)]
    assert [one["$ref"].rpartition("/")[2] for one in named_] == sent


def test_its_limits_are_those_of_the_code() -> None:
    batches, enrol = operation(protocol.BATCHES_PATH), operation(protocol.ENROL_PATH)
    assert f"{protocol.MAX_HISTORY >> 10} KiB" in operation(protocol.HISTORY_PATH)["requestBody"]["description"]
    assert f"{protocol.MAX_WAY_IN >> 10} KiB" in operation(protocol.WAY_IN_PATH)["requestBody"]["description"]
    assert f"{MAX_BATCH >> 20} MiB and {MAX_LEAVES} leaves" in batches["requestBody"]["description"]
    assert f"{protocol.MAX_ENROL >> 10} KiB" in enrol["requestBody"]["description"]
    assert DOCUMENT["components"]["schemas"]["Batch"]["properties"]["leaves"]["maxItems"] == MAX_LEAVES
    assert DOCUMENT["components"]["schemas"]["Enrol"]["properties"]["schema"]["minimum"] == SCHEMA
    beats = operation(protocol.BEATS_PATH)["requestBody"]
    assert f"At most {MAX_BEAT} bytes" in beats["description"]
    assert beats["content"]["application/octet-stream"]["schema"]["maxLength"] == MAX_BEAT
    signature = DOCUMENT["components"]["parameters"]["Signature-Input"]
    assert f"at most {httpsig.MAX_LIFE_S} seconds" in signature["description"]


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_each_reason_of_gate_2_is_one_of_the_two_problems_of_a_batch(reason: RefusalReason) -> None:
    late = {RefusalReason.OUT_OF_LEASE, RefusalReason.OUT_OF_PERIOD, RefusalReason.FUTURE}
    expected = Problem.OUT_OF_PERIOD if reason in late else Problem.UNKNOWN_GRANT
    assert problem_of(NotGranted(0, reason)) is expected
