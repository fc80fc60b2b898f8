"""A profile is judged by the signed document that a device may still obey, whatever its row says (S82; issue 3)."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from offmon.core.authority.capability import Capability
from offmon.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from offmon.core.public.assurance import Control, ControlStanding
from offmon.server.deployments.actions import compile as compiling
from tests.integration.oversight.looking import do, looks, standing
from tests.integration.signer.test_noticed import authorise
from tests.support.story import Story

type Change = Callable[[dict[str, Any]], None]
_C = Control
A_NEWER_ONE = (
    "insert into deployments_profile select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
    " 'version', one.version + 1, 'document', '\\x{document}'{more}))).* from deployments_profile one where version = 1;"
)
IN_ITS_ROW = "update deployments_profile set {} where version = 1"


def wide(profile: dict[str, Any]) -> None:
    """It grants what no order gives."""
    more = json.loads(json.dumps(profile["grants"][0]))
    more["terms"][0]["term"], more["id"] = f"{1:032x}", f"{2:032x}"
    profile["grants"] = sorted([*profile["grants"], more], key=lambda grant: str(grant["id"]))


def newer(profile: dict[str, Any]) -> None:
    profile["version"] += 1


def later(profile: dict[str, Any]) -> None:
    profile["lease"]["since"] += 2


def without_grants(profile: dict[str, Any]) -> None:
    profile["grants"] = []


def ahead(profile: dict[str, Any]) -> None:
    newer(profile)
    profile["lease"]["since"] = profile["lease"]["until"] - DAY_MS


def lasting(profile: dict[str, Any]) -> None:
    profile["lease"]["until"] = profile["lease"]["since"] + 3650 * DAY_MS


def begun_before(profile: dict[str, Any]) -> None:
    profile["lease"]["since"] -= HOUR_MS


def of_another(name: str) -> Change:
    def change(profile: dict[str, Any]) -> None:
        profile[name] = f"{3:032x}"

    return change


def of_another_list(profile: dict[str, Any]) -> None:
    """Its lists are none of ours; that is all that is wrong with it."""
    for grant in profile["grants"]:
        grant["lists"][0]["id"] = f"{4:032x}"


def for_longer_than_its_row(profile: dict[str, Any]) -> None:
    profile["lease"]["until"] -= DAY_MS


def written(document: bytes, *changes: Change) -> str:
    """A profile's document, changed by a hand that has the signer's key, in hexadecimal digits. No look asks for the signature."""
    doc = json.loads(document)
    profile = json.loads(base64.b64decode(doc["payload"]))
    for change in changes:
        change(profile)
    doc["payload"] = base64.b64encode(canonical(profile)).decode()
    return canonical(doc).hex()


def canonical(doc: dict[str, Any]) -> bytes:
    return json.dumps(doc, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def turned(story: Story, *statements: str) -> dict[Control, ControlStanding]:
    """How each control stands that these statements turned."""
    before = looks(story.database)
    for one in statements:
        do(story.database, one)
    after = looks(story.database)
    return {one: stands for one, stands in after.items() if stands is not before[one]}


def signed(story: Story) -> bytes:
    """The profile as it was signed, and as ingest hands it to the device."""
    found = story.update().profile
    assert found is not None
    return found


def narrower(story: Story) -> str:
    """A newer profile beside it that grants nothing."""
    document = written(signed(story), newer, later, without_grants)
    return A_NEWER_ONE.format(document=document, more=", 'lease_since', one.lease_since + 2")


def put(document: str) -> str:
    return IN_ITS_ROW.format(f"document = '\\x{document}'")


FAILS = ControlStanding.FAILS
# What no order gives by no list of ours, nobody authorised or told of.
BEYOND = {_C.AUTHORITY, _C.LISTS, _C.FOUR_ANSWERS, _C.NOTICE_FIRST}
BESIDE = {
    "one that begins now": (newer, ""),
    "one whose lease has not begun": (ahead, f", 'lease_since', one.lease_until - {DAY_MS}"),
}


@pytest.mark.parametrize("beside", BESIDE)
def test_a_wide_profile_beside_a_sound_newer_one_is_seen(story: Story, beside: str) -> None:
    change, row = BESIDE[beside]
    first = signed(story)
    assert turned(story, A_NEWER_ONE.format(document=written(first, change), more=row)) == {}
    assert turned(story, put(written(first, wide))) == dict.fromkeys(BEYOND, FAILS)


def test_an_older_profile_whose_list_is_none_of_ours_is_seen(story: Story) -> None:
    first = signed(story)
    assert turned(story, A_NEWER_ONE.format(document=written(first, newer), more="")) == {}
    assert turned(story, put(written(first, of_another_list))) == dict.fromkeys(BEYOND, FAILS)


_OVER = "lease_since = lease_since - 60 * 86400000::bigint, lease_until = lease_until - 60 * 86400000::bigint"
_AS_IT_IS = "version = version"
LIES = {
    "a wide one, its lease over by its row": (wide, _OVER, {*BEYOND, _C.LEASES}),
    "a lease of ten years, thirty days by its row": (lasting, _AS_IT_IS, {_C.LEASES}),
    "a lease that is not its row's": (for_longer_than_its_row, _AS_IT_IS, {_C.LEASES}),
    "a lease that began before anything was agreed and the person told": (
        begun_before,
        _AS_IT_IS,
        {_C.AUTHORITY, _C.LEASES, _C.NOTICE_FIRST, _C.FOUR_ANSWERS, _C.ASSESSED},
    ),
    "another version than its row's": (newer, _AS_IT_IS, {_C.AUTHORITY}),
    "another device's": (of_another("device"), _AS_IT_IS, {_C.AUTHORITY}),
    "another deployment's": (of_another("deployment"), _AS_IT_IS, {_C.AUTHORITY}),
    "another agency's": (of_another("agency"), _AS_IT_IS, {_C.AUTHORITY}),
    "another person's": (of_another("case"), _AS_IT_IS, {_C.AUTHORITY}),
}


@pytest.mark.parametrize("name", LIES)
def test_a_document_that_says_other_than_its_row_is_seen(story: Story, name: str) -> None:
    change, row, due = LIES[name]
    document = written(signed(story), change)
    assert turned(story, put(document), IN_ITS_ROW.format(row)) == dict.fromkeys(due, FAILS)


def test_what_a_device_may_collect_is_assessed_though_its_row_says_that_its_lease_is_over(story: Story) -> None:
    do(story.database, IN_ITS_ROW.format(_OVER))
    do(story.database, "update deployments_deployment set state = 'ended'")
    over = "update orders_assessment set review_by = prepared_at + 1"
    assert turned(story, over) == {_C.ASSESSED: FAILS}


def test_what_an_older_profile_still_collects_was_assessed_before_it(story: Story) -> None:
    assert turned(story, narrower(story)) == {}
    afterwards = "update orders_assessment set signed_at = signed_at + 86400000"
    assert turned(story, afterwards) == {_C.ASSESSED: FAILS}


def test_an_older_profile_may_run_on_when_an_order_has_ended_and_a_narrower_one_is_there(story: Story) -> None:
    """A device that was away takes the newer one when it comes back, and gate 2 refuses meanwhile: nothing is wrong."""
    ended = "update orders_instrument set ended_at = lease_since + 1, end_known_at = lease_since + 1 from deployments_profile"
    do(story.database, ended)
    assert standing(_C.AUTHORITY, story.database, 2 * HOUR_MS) is FAILS
    do(story.database, narrower(story))
    found = looks(story.database, 2 * HOUR_MS)
    assert {found[one] for one in (_C.AUTHORITY, _C.LISTS, _C.LEASES)} == {ControlStanding.HOLDS}


def test_what_two_people_narrowed_is_narrower_on_the_device_an_hour_later(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it comes the worker sees to, and that it stays the signer (S90): the line turns where either does not."""
    later, wide = HOUR_MS + MINUTE_MS, story.authorisation
    story.publish()
    before = looks(story.database), looks(story.database, later)
    authorise(story, Capability.SITE)
    story.publish()
    assert looks(story.database) == before[0]
    assert looks(story.database, later) == before[1] | {_C.FOUR_ANSWERS: FAILS}
    story.sign(story.ask_profile())
    story.publish()
    assert looks(story.database, later) == before[1]
    asked = story.ask_profile()
    do(story.database, f"update deployments_profile set authorisation_id = '{wide}' where id = '{asked}'")  # noqa: S608  # ours
    monkeypatch.setattr(compiling, "_check_newest", lambda *_: None)
    story.sign(asked)
    assert standing(_C.FOUR_ANSWERS, story.database, later) is FAILS


def test_so_it_is_where_a_newer_order_that_was_confirmed_since_ended_this_one(story: Story) -> None:
    """SA20 s.349: nobody records that end, and it stands in no row of the older order."""
    newer_order = (
        "insert into orders_instrument select (jsonb_populate_record(one, jsonb_build_object('id', md5('newer')::uuid,"
        " 'made_on', to_char(now(), 'YYYY-MM-DD'), 'served_at', p.lease_since + 1, 'effective_from', p.lease_since + 1))).*"
        " from orders_instrument one, deployments_profile p;"
        " insert into orders_term select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
        " 'capabilities', '{}'::text[], 'instrument_id', md5('newer')::uuid, 'since', p.lease_since + 1,"
        " 'confirmed_at', p.lease_since + 2))).* from orders_term one, deployments_profile p"
    )
    do(story.database, newer_order)
    assert standing(_C.AUTHORITY, story.database, MINUTE_MS) is ControlStanding.HOLDS
    assert standing(_C.AUTHORITY, story.database, 2 * HOUR_MS) is FAILS
    do(story.database, narrower(story))
    assert standing(_C.AUTHORITY, story.database, 2 * HOUR_MS) is ControlStanding.HOLDS
