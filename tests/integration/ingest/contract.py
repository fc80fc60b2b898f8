"""The contract as another program reads it: schemathesis draws requests from docs/api/openapi.yaml and checks every answer.

Its requests are well formed and belong to no device. A `Sender` adds what must agree: device, epoch, places, profile, what the profile
grants, and the checkpoint. It leaves everything else as drawn, and signs in schemathesis's own hook before the call.
"""

import base64
import copy
import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER, HookContext
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from offmon.core import clock
from offmon.core.access.portal_access import DrawnWayIn
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Profile
from offmon.core.clock import Period
from offmon.core.errors import Malformed
from offmon.core.formats import canon, codec, dsse
from offmon.core.formats.canon import Json
from offmon.core.formats.event import DisclosureLeaf, GapLeaf, Leaf, NoteLeaf
from offmon.core.formats.kept_history import HistoryAsk
from offmon.core.formats.problem import Problem
from offmon.core.ids import Digest, Ms
from tests.integration.ingest import arrange
from tests.integration.ingest.arrange import Answer, problem_in
from tests.support.fake_device import FakeDevice, new_id, now

type Operation = APIOperation[Any, Any, Any, Any]
type Drawn = Case[Operation]
type Signed = tuple[FakeDevice, bytes]
"""Who signs, and what."""

DOCUMENT = Path(__file__).parents[3] / "docs/api/openapi.yaml"
CHECKS = [status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]
LEAVES: dict[str, type[Leaf]] = {kind.KIND: kind for kind in (DisclosureLeaf, GapLeaf, NoteLeaf)}


def operations(raw: dict[str, Any]) -> dict[str, Operation]:
    """Each operation by its id."""
    schema = schemathesis.openapi.from_dict(raw, config=SchemathesisConfig())  # not the one of whoever runs this
    return {
        each["operationId"]: schema[at][method] for at, path in raw["paths"].items() for method, each in path.items()
    }


def as_bytes(raw: dict[str, Any]) -> dict[str, Any]:
    """The same contract, whose ids, digests, salts and base64 are drawn as bytes: letter by letter takes most of a run."""
    quick = copy.deepcopy(raw)
    for name, strategy in BYTES.items():
        quick["components"]["schemas"][name] = {"type": "string", "format": f"offmon-{name}"}
        schemathesis.openapi.format(f"offmon-{name}", strategy)
    return quick


def of_disclosures(raw: dict[str, Any]) -> dict[str, Any]:
    """The same contract, narrowed to batches of one or two disclosures: what fits it fits the whole one."""
    narrow = copy.deepcopy(raw)
    leaves = narrow["components"]["schemas"]["Batch"]["properties"]["leaves"]
    leaves |= {"minItems": 1, "maxItems": 2, "items": {"$ref": "#/components/schemas/DisclosureLeaf"}}
    return narrow


def _base64(least: int, most: int) -> st.SearchStrategy[str]:
    return st.binary(min_size=least, max_size=most).map(lambda raw: base64.b64encode(raw).decode())


BYTES = {
    "Id": st.binary(min_size=16, max_size=16).map(bytes.hex),
    "Digest": st.binary(min_size=32, max_size=32).map(bytes.hex),
    "Salt": _base64(32, 32),
    "Bytes": _base64(0, 100),
}
RAW: dict[str, Any] = schemathesis.openapi.from_path(DOCUMENT, config=SchemathesisConfig()).raw_schema
OPERATIONS = operations(RAW)
QUICK = operations(as_bytes(RAW))
DISCLOSING = operations(of_disclosures(as_bytes(RAW)))
WITH_BODY = [
    name
    for name, operation in OPERATIONS.items()
    if "application/json" in operation.definition.raw.get("requestBody", {"content": ()})["content"]
]
"""Those that take a document. What is signed as bytes is read in test_beats."""
OTHERWISE: list[Any] = [None, True, -1, 0, 1, 2**53 - 1, 2**53, 1.5, [], {}, [[]]]
OTHERWISE += ["", "\0", "é", "f" * 32, "f" * 64, "Zg==", "Zh==", "a@1", "note"]
"""Values, each of which is right somewhere or nearly."""


def drawn(
    operation: Operation, mode: GenerationMode, examples: int, run: Callable[[Drawn], None], *, headers: bool = True
) -> None:
    """Run with so many requests of an operation, the same in every run. What fails is not shrunk: a journal only goes on.

    Without `headers`, for what is to be signed: whoever signs writes them.
    """
    given_headers = None if headers else dict.fromkeys(("Content-Digest", "Signature-Input", "Signature"), "")

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(mode, headers=given_headers))
    def each(case: Drawn) -> None:
        run(case)

    each()


def ask(case: Drawn, signed: Signed | None = None, *, query: dict[str, str] | None = None, **how: Any) -> Answer:
    """What the face answers, over WSGI. Fails unless the contract has that answer for this operation. `how`: it is signed."""
    with _signing(case, signed, how):
        response = case.call(app=WSGIHandler(), params=query)
    case.validate_response(response, checks=CHECKS)
    headers = {name.title(): values[0] for name, values in response.headers.items()}
    answer = Answer(response.status_code, response.content, headers)
    if answer.status >= 400:
        assert problem(answer).code in _documented(case, answer.status)
    return answer


def problem(answer: Answer) -> Problem:
    """Which of the closed list it is (docs/reference/problem-types.md)."""
    _, code, _ = problem_in(answer)
    return next(one for one in Problem if one.code == code)


def fits(operation: Operation, body: bytes) -> bool:
    """Whether bytes are what the contract says is sent to the operation."""
    content = operation.definition.raw["requestBody"]["content"]["application/json"]
    return _rule(content["schema"]["$ref"]).is_valid(json.loads(body))


@cache
def _rule(reference: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for({"$ref": reference, "components": RAW["components"]})


def mutated(body: bytes, chance: Random) -> bytes:
    """The document with one place of it otherwise: another value there, a field more or a field less."""
    document = json.loads(body)
    parent, key = chance.choice(list(_places(document)))
    value = parent[key]
    if isinstance(value, dict) and chance.random() < 0.3:
        value["other"] = None
    elif chance.random() < 0.3:
        del parent[key]
    else:
        alike = [other for other in OTHERWISE if type(other) is type(value)] or OTHERWISE
        parent[key] = chance.choice(chance.choice([alike, OTHERWISE]))
    return written(document)


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Each place of a document, by what holds it and its key there."""
    keys = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from _places(tree[key])


def written(value: Any) -> bytes:
    """As a device writes it: canonical, if there is such a form of it."""
    try:
        return canon.encode(_whole(value))
    except Malformed:
        return json.dumps(value).encode()


def way_in(device: FakeDevice) -> bytes:
    """What a device says of a way in that was drawn on it just now."""
    return dsse.sign(DrawnWayIn(device.device, now(), Digest(new_id() + new_id())), device.signing)


def keeps_history(case: arrange.Case, device: FakeDevice, version: int = 1) -> None:
    """A profile by which the device keeps a history, on the disk of the server too."""
    period = Period(Ms(now() - clock.DAY_MS), None)
    kept = replace(arrange.grant(period), kind=Capability.HISTORY_KEPT, fields=(), lists=())
    case.sign_profile(device, version, grants=(kept,))


def history_ask(device: FakeDevice) -> bytes:
    """What a device asks at a visit, just now."""
    ask = HistoryAsk(device.device, now(), 1, Ms(0), Ms(0), (secrets.token_bytes(80),))
    return dsse.sign(ask, device.signing)


@dataclass
class Sender:
    """A device that is enrolled, and what makes a request that was drawn its own."""

    case: arrange.Case
    device: FakeDevice
    profile: Profile
    code_key: bytes

    def as_drawn(self, case: Drawn) -> Signed:
        """The body as it is; none where none was drawn."""
        is_json = isinstance(case.body, dict | list | str | int | float | None)
        return self.device, written(case.body) if is_json else b""

    def own(self, case: Drawn) -> Signed:
        """What a device of ours would send. An operation that is not known here is taken as it was drawn."""
        known = {
            "enrol": self._enrol,
            "sendBatch": self._batch,
            "sendBeat": self._beat,
            "keepWayIn": self._way_in,
            "askHistory": self._history,
        }
        return known.get(case.operation.definition.raw["operationId"], self.as_drawn)(case)

    def _enrol(self, case: Drawn) -> Signed:
        """A new device, which has a code."""
        other, body = FakeDevice(self.device.server), _whole(case.body)
        true = json.loads(other.enrol(self.case.offer_code(self.code_key)).body)
        return other, written(body | {name: true[name] for name in ("secret", "device_key", "list_key")})

    def _beat(self, _case: Drawn) -> Signed:
        """Of a state that the agency does not know."""
        return self.device, self.device.beat(Digest(new_id() + new_id())).body

    def _way_in(self, _case: Drawn) -> Signed:
        """Another device, since each may ask five times a day. It signs all of what it sends, so that nothing is left as drawn."""
        other = self.case.enrolled(self.device.server)
        self.case.sign_profile(other)
        return other, way_in(other)

    def _history(self, _case: Drawn) -> Signed:
        """Another device, whose profile has it keep a history."""
        other = self.case.enrolled(self.device.server)
        keeps_history(self.case, other)
        return other, history_ask(other)

    def _batch(self, case: Drawn) -> Signed:
        """The leaves as they were drawn, in the next places of the journal; up to three that were sent before are sent again."""
        body, known = _whole(case.body), len(self.device.leaves)
        for leaf in body["leaves"]:
            if (
                leaf["kind"] in LEAVES
            ):  # what is forgotten is for a backup that was restored: tests/integration/evidence/test_restored.py
                own = self._leaf(leaf, len(self.device.leaves))
                self.device.leaves.append(codec.from_doc(LEAVES[leaf["kind"]], own))
        return self.device, codec.dump(self.device.batch(known - min(known, body["first"] % 4)))

    def _leaf(self, leaf: Any, n: int) -> Json:
        place = {"device": self.device.device, "epoch": self.device.epoch, "n": n}
        if leaf["kind"] != DisclosureLeaf.KIND:
            return leaf | {leaf["kind"]: leaf[leaf["kind"]] | place}  # type: ignore[no-any-return]
        clear, version = leaf["envelope"], self.profile.version
        of_profile = {"profile": self.device.digests[version], "profile_version": version}
        own = {"deployment": self.device.deployment, "claim": self._claim(clear["claim"])}
        return leaf | {"envelope": clear | place | of_profile | own}  # type: ignore[no-any-return]

    def _claim(self, claim: Any) -> Json:
        """Within the last hour, by a clock that is less than a day slow, under what the profile grants."""
        grant = self.profile.grants[0]
        at = Ms(now() - claim["event_at"] % clock.HOUR_MS)
        offset = claim["clock_offset_ms"] % clock.DAY_MS
        granted = {"kind": grant.kind, "grant": grant.id, "terms": list(grant.terms_at(at))}
        when = {"event_at": at - offset, "clock_offset_ms": offset, "list": codec.to_doc(grant.lists[0])}
        return claim | granted | when  # type: ignore[no-any-return]


def _documented(case: Drawn, status: int) -> set[str]:
    """The codes of problems that the contract names for that status of the operation."""
    reference = case.operation.definition.raw["responses"][str(status)]["$ref"]
    said = RAW["components"]["responses"][reference.rpartition("/")[2]]["description"]
    return set(re.findall(r"[a-z-]+", said)) & {one.code for one in Problem}


@contextmanager
def _signing(case: Drawn, signed: Signed | None, how: dict[str, Any]) -> Iterator[None]:
    """Before the call, what was drawn of body and headers gives way to what is signed; afterwards the case is as it was drawn."""
    drawn = case.headers.copy()

    def before_call(_context: HookContext, case: Drawn, kwargs: dict[str, Any]) -> None:
        if signed is not None:
            device, kwargs["data"] = signed
            case.headers.update(device.request(case.method, case.operation.path, kwargs["data"], **how).headers)

    GLOBAL_HOOK_DISPATCHER.hook(before_call)
    try:
        yield
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)
        case.headers = drawn


def _whole(value: Any) -> Any:
    """The same value with its whole numbers as integers: to a schema, and to canonical JSON, `1.0` is `1`."""
    match value:
        case dict():
            return {key: _whole(item) for key, item in value.items()}
        case list():
            return [_whole(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value
