"""An activity record with any change fails, and the answer has only our own words (issue 3, "Portal")."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.errors import OffmonError
from offmon.core.formats import canon, codec
from offmon.core.log import consultations
from offmon.core.person import activity_record
from tests.support.told_page import Page, drawn, fillers
from tests.unit.core.samples import code_of

PAGE = Page()
DATA = codec.dump(PAGE.told)
FREE = {"terms", "kind", "on", "until", "device"}
"""What stands beside a commitment of what was sent is not covered by it here: it opens with the envelope, which is asked for as data."""
UNPROVED = {"waiting", "until"}
"""What the file says itself that nothing proves yet."""


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_no_byte_may_change_unseen_but_what_stands_beside_a_commitment(place: int, by: int) -> None:
    changed = bytearray(DATA)
    changed[place] ^= by
    try:
        read = activity_record.read(bytes(changed))
    except OffmonError:
        return
    judged = activity_record.judge(read, PAGE.known)
    assert judged.found or _said_freely(json.loads(DATA), json.loads(changed))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_other_value_anywhere_is_a_refusal_or_a_line_that_does_not_hold(data: st.DataObject) -> None:
    document: Any = json.loads(DATA)
    path: list[str] = []
    at = document
    while True:
        keys = sorted(at) if isinstance(at, dict) else list(range(len(at)))
        chosen = data.draw(st.sampled_from(keys))
        path.append(str(chosen))
        if not isinstance(at[chosen], dict | list) or not at[chosen]:
            break
        at = at[chosen]
    other: Any = data.draw(st.none() | st.booleans() | st.integers(-5, 2**53) | st.text(max_size=20) | st.just([]))
    if other == at[chosen]:
        return
    at[chosen] = other
    try:
        judged = activity_record.judge(activity_record.read(canon.encode(document)), PAGE.known)
    except OffmonError:
        return
    assert judged.found or _said_freely(json.loads(DATA), document), path


@settings(max_examples=30)
@given(st.binary(max_size=80))
def test_any_bytes_are_refused_in_our_own_words(data: bytes) -> None:
    assert code_of(activity_record.read, data) is not None


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 600), st.data())
def test_every_line_of_a_day_is_proved_by_its_own_path(count: int, data: st.DataObject) -> None:
    lines = [drawn(f"line {n}") for n in range(count)]
    day = consultations.leaves(lines, fillers("f"))
    root = consultations.root_over(day)
    assert len(day) >= max(count, consultations.LEAST)
    if lines:
        commit = data.draw(st.sampled_from(lines))
        place, path = consultations.prove(commit, day)
        consultations.check_line(commit, place, path, len(day), root)
        assert code_of(consultations.check_line, drawn("no line"), place, path, len(day), root) == "not-included"


def _said_freely(before: Any, after: Any) -> bool:
    """Whether all that differs stands beside a commitment of what was sent, or in what no reader relies on."""
    sent = [({k: v for k, v in a.items() if k not in FREE}) for a in before["sent"]]
    changed = [({k: v for k, v in a.items() if k not in FREE}) for a in after["sent"]]
    rest = {k: v for k, v in before.items() if k not in {"sent", *UNPROVED}}
    return sent[: len(changed)] == changed and rest == {k: after[k] for k in rest}
