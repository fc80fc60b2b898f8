"""Bad input, the whole closed list: an RFC 9457 answer, an entry (for strangers a count), and the earlier state intact.

"Strangers" are all requests whose signature was not checked yet: anybody can write a key id into one.
"""

import base64
import inspect
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from offmon.core import clock
from offmon.core.authority.profile import Profile
from offmon.core.clock import Period
from offmon.core.formats import codec, dsse, httpsig
from offmon.core.formats.batches import MAX_BATCH
from offmon.core.formats.event import GapReason
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.problem import Problem
from offmon.core.formats.protocol import BATCHES_PATH, MAX_ENROL, SignedTime
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.intake import actions
from offmon.serving.gate import CUT, LATE, REFUSED, TOO_LARGE
from tests.database import Database
from tests.integration.ingest import test_batches, test_enrol_and_profile, test_way_in
from tests.integration.ingest.arrange import URL, Case, InProcess, entries, grant, held, problem_in, strangers
from tests.support.fake_device import FakeDevice, Request, new_id, now


@dataclass
class Scene:
    """A device that has sent a batch already, its profile, and its case."""

    face: InProcess
    database: Database
    case: Case
    device: FakeDevice
    profile: Profile

    def batch(self, **changed: object) -> Request:
        """The device's whole journal as a batch, with fields given otherwise."""
        return self.raw(codec.dump(replace(self.device.batch(), **changed)))  # type: ignore[arg-type]

    def raw(self, body: bytes) -> Request:
        """Bytes, rightly signed."""
        return self.device.request("POST", BATCHES_PATH, body)

    def disclosing(self, *, of: dict[str, object] | None = None, **claim: Any) -> Request:
        """The same with one disclosure more, in which what is named is otherwise."""
        self.device.disclose(self.profile, of=of, **claim)
        return self.device.send()


@pytest.fixture
def scene(face: InProcess, database: Database, case: Case, device: FakeDevice, profile: Profile) -> Scene:
    device.disclose(profile)
    assert face.send(device.send()).status == 200
    return Scene(face, database, case, device, profile)


type Bad = dict[str, tuple[Callable[[Scene], Request], Problem]]


def without(request: Request, *names: str) -> Request:
    return replace(request, headers={name: value for name, value in request.headers.items() if name not in names})


def with_header(request: Request, name: str, value: str) -> Request:
    return replace(request, headers=request.headers | {name: value})


def aged(scene: Scene, *, created: int, expires: int) -> Request:
    """A heartbeat signed with these times (seconds)."""
    body = codec.dump(scene.device.batch(len(scene.device.leaves)))
    message = httpsig.Message("POST", URL + BATCHES_PATH, body)
    given = httpsig.SignatureInput(created, expires, secrets.token_hex(16), scene.device.signing.public.keyid)
    signature = base64.b64encode(scene.device.signing.sign(httpsig._base(message, given))).decode()
    headers = {
        "Content-Digest": httpsig.content_digest(body),
        "Signature-Input": f"sig1={given.params}",
        "Signature": f"sig1=:{signature}:",
        "Content-Type": "application/json",
    }
    return Request("POST", BATCHES_PATH, body, headers)


# --- strangers: counted ---------------------------------------------------------------------------------------------------


def covers_less(scene: Scene) -> Request:
    request = scene.device.send()
    return with_header(request, "Signature-Input", request.headers["Signature-Input"].replace(' "content-digest"', ""))


def lives_too_long(scene: Scene) -> Request:
    at = now() // 1000
    return aged(scene, created=at, expires=at + httpsig.MAX_LIFE_S + 1)


def body_and_digest_swapped(scene: Scene) -> Request:
    body = codec.dump(scene.device.batch(1))
    request = replace(scene.device.send(), body=body)
    return with_header(request, "Content-Digest", httpsig.content_digest(body))


def another_key_of_the_same_id(scene: Scene) -> Request:
    mine, theirs = FakeDevice(URL), scene.device.signing.public.keyid
    request = mine.send()
    renamed = request.headers["Signature-Input"].replace(mine.signing.public.keyid, theirs)
    return with_header(request, "Signature-Input", renamed)


STRANGERS: Bad = {
    "no signature": (lambda scene: without(scene.device.send(), "Signature-Input", "Signature"), Problem.UNSIGNED),
    "covers less": (covers_less, Problem.UNSIGNED),
    "lives too long": (lives_too_long, Problem.UNSIGNED),
    "body swapped": (
        lambda scene: replace(scene.device.send(), body=codec.dump(scene.device.batch(1))),
        Problem.BAD_SIGNATURE,
    ),
    "body and digest swapped": (body_and_digest_swapped, Problem.BAD_SIGNATURE),
    "no digest": (lambda scene: without(scene.device.send(), "Content-Digest"), Problem.BAD_SIGNATURE),
    "for another host": (
        lambda scene: replace(scene.device, server="http://elsewhere.invalid").send(),
        Problem.BAD_SIGNATURE,
    ),
    "for another path": (
        lambda scene: replace(scene.device.request("POST", "/v1/enrol", b"{}"), path=BATCHES_PATH),
        Problem.BAD_SIGNATURE,
    ),
    "another key of the same id": (another_key_of_the_same_id, Problem.BAD_SIGNATURE),
    "never enrolled": (lambda _: FakeDevice(URL).heartbeat(), Problem.UNKNOWN_DEVICE),
}


@pytest.mark.parametrize(("bad", "problem"), STRANGERS.values(), ids=STRANGERS)
def test_what_no_device_of_ours_signed_is_counted_and_changes_nothing(
    scene: Scene, bad: Callable[[Scene], Request], problem: Problem
) -> None:
    before = held(scene.database)
    assert problem_in(scene.face.send(bad(scene)))[:2] == (problem.status, problem.code)
    assert strangers(scene.database) == {problem.code: 1}
    assert entries(scene.database, Verb.BATCH_REFUSED) == [], "nobody can fill the log in another's name"
    assert held(scene.database) == before


@pytest.mark.parametrize("stated", [str(MAX_BATCH + 1), "9" * 4000])
def test_a_request_that_is_too_large_is_refused_before_it_is_read(scene: Scene, stated: str) -> None:
    """What no number of 64 bits holds granian turns away by itself (test_unreadable); another server may not."""
    before = held(scene.database)
    answer = scene.face.send(scene.device.send(), CONTENT_LENGTH=stated)
    assert problem_in(answer)[:2] == (413, "too-large")
    assert strangers(scene.database) == {"too-large": 1}
    assert held(scene.database) == before


@pytest.mark.parametrize(
    ("why", "said"), [(TOO_LARGE, (413, "too-large")), (LATE, (503, "unavailable")), (CUT, (503, "unavailable"))]
)
def test_a_body_that_did_not_come_is_to_be_sent_again(scene: Scene, why: str, said: tuple[int, str]) -> None:
    """What the device did not manage to send is not what the agency does not want: it loses nothing by it."""
    before = held(scene.database)
    assert problem_in(scene.face.send(scene.device.send(), **{REFUSED: why}))[:2] == said
    assert strangers(scene.database) == {said[1]: 1}
    assert held(scene.database) == before


def test_a_length_that_is_not_stated_is_malformed(scene: Scene) -> None:
    """Granian lets none of them but the first through (test_unreadable); another server may."""
    for stated in ("", "-1", "1e3", "١٢"):
        assert problem_in(scene.face.send(scene.device.send(), CONTENT_LENGTH=stated))[1] == "malformed", stated


def test_the_host_that_a_request_names_is_not_asked(scene: Scene) -> None:
    """The target URI is the configured one: no header moves what was signed."""
    request = with_header(scene.device.heartbeat(), "Host", "elsewhere.invalid")
    assert scene.face.send(with_header(request, "X-Forwarded-Host", "elsewhere.invalid")).status == 200


NOWHERE = [
    ("GET", "/"),
    ("POST", "/v1/batches/"),
    ("GET", BATCHES_PATH),
    ("DELETE", BATCHES_PATH),
    ("POST", "/v1/batches?x"),
]


def test_there_is_nothing_at_any_other_address(scene: Scene) -> None:
    for method, path in NOWHERE:
        request = replace(scene.device.send(), method=method, path=path)
        assert problem_in(scene.face.send(request))[:2] == (404, "not-found"), (method, path)


# --- devices: an entry ----------------------------------------------------------------------------------------------------


def replayed(scene: Scene) -> Request:
    request = scene.device.heartbeat()
    assert scene.face.send(request).status == 200
    return request


def expired(scene: Scene) -> Request:
    at = now() // 1000
    return aged(scene, created=at - 60, expires=at - 1)


def clock_behind(scene: Scene) -> Request:
    return scene.device.send(at=Ms(now() - clock.HOUR_MS))


def clock_ahead(scene: Scene) -> Request:
    return scene.device.send(at=Ms(now() + 3 * clock.MINUTE_MS))


def one_field_more(scene: Scene) -> Request:
    body = codec.dump(scene.device.batch())
    return scene.raw(body.replace(b'null,"checkpoint"', b'null,"also":null,"checkpoint"', 1))


def out_of_place(scene: Scene) -> Request:
    batch = scene.device.batch()
    return scene.batch(leaves=batch.leaves + batch.leaves, checkpoint=scene.device.checkpoint(2))


def another_devices_batch(scene: Scene) -> Request:
    other = scene.case.enrolled(URL)
    other.disclose(scene.case.sign_profile(other))
    return scene.raw(codec.dump(other.batch()))


def another_devices_name(scene: Scene) -> Request:
    other = replace(scene.case.enrolled(URL), signing=scene.device.signing)
    other.note()
    return scene.raw(codec.dump(other.batch()))


def another_devices_profile(scene: Scene) -> Request:
    other = scene.case.enrolled(URL)
    scene.case.sign_profile(other)
    return scene.disclosing(of={"profile": other.digests[1]})


def unknown_grant(scene: Scene) -> Request:
    return scene.disclosing(grant=Id("b" * 32))


def list_not_granted(scene: Scene) -> Request:
    return scene.disclosing(list=replace(scene.profile.grants[0].lists[0], id=Id("c" * 32)))


def after_the_term(scene: Scene) -> Request:
    ended = Period(scene.profile.lease.since, Ms(now() - clock.HOUR_MS))
    other = scene.case.sign_profile(scene.device, version=2, grants=(grant(ended),))
    scene.device.disclose(other, terms=scene.profile.grants[0].terms_at(now()))
    return scene.device.send()


def a_leaf_rewritten(scene: Scene) -> Request:
    scene.device.leaves.clear()
    scene.device.disclose(scene.profile)
    scene.device.note()
    return scene.device.send()


def an_epoch_that_names_no_head(scene: Scene) -> Request:
    scene.device.begin_epoch()
    scene.device.leaves.clear()
    scene.device.note()
    return scene.device.send()


def an_epoch_that_knows_no_head(scene: Scene) -> Request:
    scene.device.begin_epoch()
    scene.device.leaves.clear()
    scene.device.gap(GapReason.NEW_EPOCH)
    return scene.device.send()


DEVICES: Bad = {
    "replayed": (replayed, Problem.REPLAYED),
    "expired": (expired, Problem.EXPIRED),
    "clock behind": (clock_behind, Problem.CLOCK_SKEW),
    "clock ahead": (clock_ahead, Problem.CLOCK_SKEW),
    "no JSON": (lambda scene: scene.raw(b"\xff\x00"), Problem.MALFORMED),
    "not canonical": (lambda scene: scene.raw(codec.dump(scene.device.batch()) + b"\n"), Problem.MALFORMED),
    "deeply nested": (lambda scene: scene.raw(b"[" * 100_000 + b"]" * 100_000), Problem.MALFORMED),
    "one field more": (one_field_more, Problem.MALFORMED),
    "out of place": (out_of_place, Problem.MALFORMED),
    "covers other leaves": (lambda scene: scene.batch(checkpoint=scene.device.checkpoint(0)), Problem.MALFORMED),
    "another device's batch": (another_devices_batch, Problem.BAD_SIGNATURE),
    "another device's name": (another_devices_name, Problem.BAD_SIGNATURE),
    "unknown profile": (lambda scene: scene.disclosing(of={"profile": Digest("f" * 64)}), Problem.UNKNOWN_GRANT),
    "another device's profile": (another_devices_profile, Problem.UNKNOWN_GRANT),
    "another deployment": (lambda scene: scene.disclosing(of={"deployment": new_id()}), Problem.UNKNOWN_GRANT),
    "unknown grant": (unknown_grant, Problem.UNKNOWN_GRANT),
    "list not granted": (list_not_granted, Problem.UNKNOWN_GRANT),
    "terms left out": (lambda scene: scene.disclosing(terms=()), Problem.UNKNOWN_GRANT),
    "before the lease": (
        lambda scene: scene.disclosing(event_at=Ms(scene.profile.lease.since - 1)),
        Problem.OUT_OF_PERIOD,
    ),
    "after the term": (after_the_term, Problem.OUT_OF_PERIOD),
    "in the future": (lambda scene: scene.disclosing(event_at=Ms(now() + 6 * clock.MINUTE_MS)), Problem.OUT_OF_PERIOD),
    "a leaf rewritten": (a_leaf_rewritten, Problem.FORKED),
    "an epoch that names no head": (an_epoch_that_names_no_head, Problem.FORKED),
    "an epoch that knows no head": (an_epoch_that_knows_no_head, Problem.FORKED),
}


@pytest.mark.parametrize(("bad", "problem"), DEVICES.values(), ids=DEVICES)
def test_what_a_device_of_ours_sends_wrongly_is_an_entry_and_changes_nothing(
    scene: Scene, bad: Callable[[Scene], Request], problem: Problem
) -> None:
    request = bad(scene)
    before = held(scene.database)
    assert problem_in(scene.face.send(request))[:2] == (problem.status, problem.code)
    ((outcome, reason, case),) = entries(scene.database, Verb.BATCH_REFUSED)
    assert (outcome, reason, case) == ("denied", f"{problem.code}, 1 since the last such entry", scene.case.case)
    assert strangers(scene.database) == {}
    assert held(scene.database) == before


@pytest.mark.parametrize("bad", [clock_behind, clock_ahead])
def test_a_device_whose_clock_is_wrong_is_told_the_time_signed_for_its_request(
    scene: Scene, bad: Callable[[Scene], Request], receipt_key: PublicKey
) -> None:
    request = bad(scene)
    _, _, doc = problem_in(scene.face.send(request))
    told = dsse.open_signed(SignedTime, base64.b64decode(doc["time"]), receipt_key)
    assert told.nonce == request.nonce
    assert abs(told.at - now()) < clock.MINUTE_MS


@pytest.mark.parametrize("bad", [a_leaf_rewritten, an_epoch_that_names_no_head, an_epoch_that_knows_no_head])
def test_a_fork_is_told_which_head_a_new_epoch_names_and_may_go_on_so(
    scene: Scene, bad: Callable[[Scene], Request]
) -> None:
    """A disk that was cloned or set back is noticed, recorded, and does not end the monitoring for good."""
    head = (scene.device.epoch, 1)
    _, _, doc = problem_in(scene.face.send(bad(scene)))
    assert (doc["epoch"], doc["size"]) == head
    scene.device.begin_epoch(last=(doc["epoch"], doc["size"]))
    assert scene.face.send(scene.device.send()).status == 200


def test_the_item_that_is_not_granted_is_named(scene: Scene) -> None:
    scene.device.note()
    request = unknown_grant(scene)
    assert problem_in(scene.face.send(request))[2]["n"] == 2


def test_a_refusal_makes_one_entry_a_minute_with_a_count(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Formats §7: a hostile person must not fill a log that cannot be pruned."""
    for _ in range(5):
        scene.face.send(expired(scene))
    scene.face.send(clock_behind(scene))
    assert [reason for _, reason, _ in entries(scene.database, Verb.BATCH_REFUSED)] == [
        "expired, 1 since the last such entry",
        "clock-skew, 1 since the last such entry",
    ]
    monkeypatch.setattr(actions, "ENTRY_EVERY_MS", 0)
    scene.face.send(expired(scene))
    assert entries(scene.database, Verb.BATCH_REFUSED)[-1][1] == "expired, 5 since the last such entry"


def test_a_nonce_is_used_up_by_a_request_that_is_refused_too(scene: Scene) -> None:
    request = scene.raw(b"\xff\x00")
    assert problem_in(scene.face.send(request))[1] == "malformed"
    assert problem_in(scene.face.send(request))[1] == "replayed"


def test_the_same_nonce_of_another_device_is_another_nonce(scene: Scene) -> None:
    other, nonce = scene.case.enrolled(URL), secrets.token_hex(16)
    for device in (scene.device, other):
        body = codec.dump(device.batch(len(device.leaves)))
        assert scene.face.send(device.request("POST", BATCHES_PATH, body, nonce=nonce)).status == 200


def test_an_answer_stands_even_when_nothing_can_be_recorded(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_args: object, **_named: object) -> None:
        raise RuntimeError("the database is down")

    monkeypatch.setattr("offmon.server.faces.ingest.answers.do_refuse", down)
    monkeypatch.setattr("offmon.server.faces.ingest.answers.do_count_stranger", down)
    assert problem_in(scene.face.send(expired(scene)))[1] == "expired"
    assert problem_in(scene.face.send(STRANGERS["no signature"][0](scene)))[1] == "unsigned"


def test_an_enrolment_that_is_too_large_is_not_read(scene: Scene) -> None:
    request = FakeDevice(URL).enrol(b"0" * 10)
    assert problem_in(scene.face.send(request, CONTENT_LENGTH=str(MAX_ENROL + 1)))[1] == "too-large"


OWN_TESTS: dict[Problem, Callable[..., object]] = {
    Problem.TOO_LARGE: test_a_request_that_is_too_large_is_refused_before_it_is_read,
    Problem.NOT_FOUND: test_there_is_nothing_at_any_other_address,
    Problem.MISSING_FROM: test_batches.test_an_agency_that_is_behind_says_from_where_it_misses_leaves,
    Problem.UNAVAILABLE: test_batches.test_no_receipt_speaks_of_what_is_not_on_disk,
    Problem.BAD_CODE: test_enrol_and_profile.test_a_code_that_is_wrong_used_or_over_enrols_nothing,
    Problem.TOO_MANY: test_way_in.test_five_a_day_and_no_more,
}


def test_every_problem_of_the_list_is_shown_here_or_in_a_test_of_its_own() -> None:
    assert {problem for _, problem in (STRANGERS | DEVICES).values()} | {*OWN_TESTS} == set(Problem)
    assert [problem for problem, test in OWN_TESTS.items() if f'"{problem.code}"' not in inspect.getsource(test)] == []
