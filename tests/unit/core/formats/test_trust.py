"""An agency's keys, walked from a root that the reader brought: every break in the chain is refused (formats §2)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.clock import DAY_MS, Period
from offmon.core.formats import dsse
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.trust import MAX_STATEMENT_MS, KeyRole, KeysDocument, ListedKey, walk
from offmon.core.ids import Digest, Ms
from tests.unit.core.samples import code_of, ident, key, on

START = on(2026, 1, 1)
ROOT, NEXT, THIRD, THIEF = (key(f"root.invalid/{name}") for name in ("one", "two", "three", "thief"))
LOG_OLD, LOG_NEW, PROFILE_KEY = key("log.invalid/86"), key("log.invalid/86b"), key("force.invalid/86/profile")
HANDOVER = Ms(START + 200 * DAY_MS)


def listed(role: KeyRole, by: SigningKey, since: int, until: int | None) -> ListedKey:
    return ListedKey(role, by.public.vkey, Period(Ms(since), None if until is None else Ms(until)))


OLD_KEYS = (listed(KeyRole.LOG, LOG_OLD, START, None), listed(KeyRole.PROFILE, PROFILE_KEY, START, None))
NEW_KEYS = (
    listed(KeyRole.LOG, LOG_OLD, START, HANDOVER + DAY_MS),
    listed(KeyRole.LOG, LOG_NEW, HANDOVER, None),
    listed(KeyRole.PROFILE, PROFILE_KEY, START, HANDOVER),  # found to be compromised at the hand-over
)


def statement(version: int, previous: Digest | None) -> KeysDocument:
    since = Ms(START + (version - 1) * 200 * DAY_MS)
    period = Period(since, Ms(since + MAX_STATEMENT_MS))
    return KeysDocument(ident("force"), version, previous, period, OLD_KEYS if version == 1 else NEW_KEYS, None)


def chain(signers: Sequence[SigningKey], changes: Sequence[dict[str, Any]] = ()) -> list[bytes]:
    """Signed statements 1, 2, …, each naming the one before it, with what the test changes of each."""
    made, previous = list[bytes](), None
    for number, by in enumerate(signers):
        changed = changes[number] if number < len(changes) else {}
        made.append(dsse.sign(replace(statement(number + 1, previous), **changed), by))
        previous = dsse.digest_of(made[-1])
    return made


def verdict(statements: Sequence[bytes], *roots: SigningKey) -> str | None:
    return code_of(walk, statements, [root.public for root in roots or (ROOT,)])


TO_NEXT: dict[str, Any] = {"next_root": NEXT.public.vkey}
TO_THIRD: dict[str, Any] = {"next_root": THIRD.public.vkey}


@pytest.mark.parametrize(
    ("what", "signers", "changes", "answer"),
    [
        ("one statement", [ROOT], [], None),
        ("three by one root", [ROOT, ROOT, ROOT], [], None),
        ("a hand-over", [ROOT, NEXT, NEXT], [TO_NEXT], None),
        ("announced, and not yet taken up", [ROOT, ROOT, NEXT], [TO_NEXT, TO_NEXT], None),
        ("two hand-overs", [ROOT, NEXT, THIRD], [TO_NEXT, TO_THIRD], None),
        ("none", [], [], "no-keys"),
        ("a stranger's root", [THIEF], [], "foreign-root"),
        ("a stranger later", [ROOT, THIEF], [], "foreign-root"),
        ("not announced", [ROOT, NEXT], [], "foreign-root"),
        ("announced by itself", [ROOT, NEXT], [{}, TO_NEXT], "foreign-root"),
        ("announced for the one after next", [ROOT, ROOT, NEXT], [TO_NEXT], "foreign-root"),
        ("an announcement withdrawn", [ROOT, ROOT, NEXT], [TO_NEXT, TO_THIRD], "foreign-root"),
        ("the old root after the hand-over", [ROOT, NEXT, ROOT], [TO_NEXT], "foreign-root"),
        ("a second version 1", [ROOT, ROOT], [{}, {"version": 1, "previous": None}], "keys-out-of-order"),
        ("a version left out", [ROOT, ROOT], [{}, {"version": 3}], "keys-out-of-order"),
        ("not from the first", [ROOT], [{"version": 2}], "keys-out-of-order"),
        ("a first that follows another", [ROOT], [{"previous": Digest("ab" * 32)}], "keys-out-of-order"),
        ("after another than the one before", [ROOT, ROOT], [{}, {"previous": Digest("ab" * 32)}], "keys-out-of-order"),
        ("of another agency", [ROOT, ROOT], [{}, {"agency": ident("other")}], "keys-out-of-order"),
        ("open-ended", [ROOT], [{"period": Period(START, None)}], "keys-too-long"),
        ("401 days", [ROOT], [{"period": Period(START, Ms(START + 401 * DAY_MS))}], "keys-too-long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_which_chains_lead_to_keys(
    what: str, signers: list[SigningKey], changes: list[dict[str, Any]], answer: str | None
) -> None:
    assert verdict(chain(signers, changes)) == answer


def test_a_root_on_new_paper_counts_though_the_old_one_never_announced_it() -> None:
    assert verdict(chain([ROOT, NEXT]), ROOT, NEXT) is None
    assert verdict(chain([ROOT, NEXT, ROOT]), ROOT, NEXT) == "foreign-root"  # and the old one has handed over


HONEST = chain([ROOT, NEXT, NEXT], [TO_NEXT])


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1), (0, 0, 1), (0, 2), (1, 2), (2,), (0, 1, 1, 2)])
def test_no_statement_can_be_dropped_repeated_or_moved(order: tuple[int, ...]) -> None:
    assert verdict([HONEST[index] for index in order]) is not None


RING = walk(chain([ROOT, ROOT]), [ROOT.public])


@pytest.mark.parametrize(
    ("role", "by", "at", "answer"),
    [
        (KeyRole.LOG, LOG_OLD, START, None),
        (KeyRole.LOG, LOG_OLD, HANDOVER, None),  # two signatures overlap
        (KeyRole.LOG, LOG_OLD, HANDOVER + DAY_MS, "key-out-of-time"),
        (KeyRole.LOG, LOG_NEW, HANDOVER - 1, "key-out-of-time"),
        (KeyRole.LOG, LOG_NEW, HANDOVER, None),
        (KeyRole.PROFILE, PROFILE_KEY, HANDOVER - 1, None),  # witnessed before it was compromised
        (KeyRole.PROFILE, PROFILE_KEY, HANDOVER, "key-out-of-time"),
        (KeyRole.LIST, PROFILE_KEY, START, "unknown-key"),  # a key signs what it is listed for
        (KeyRole.PROFILE, LOG_OLD, START, "unknown-key"),
        (KeyRole.LOG, THIEF, START, "unknown-key"),
        (KeyRole.LOG, LOG_NEW, (RING.period.until or 0) - 1, None),
        (KeyRole.LOG, LOG_NEW, RING.period.until, "key-out-of-time"),  # an expired statement vouches for nothing
    ],
)
def test_whether_a_key_was_good_is_asked_at_a_time(role: KeyRole, by: SigningKey, at: Ms, answer: str | None) -> None:
    assert code_of(RING.key, role, by.public.keyid, at) == answer
    assert (by.public in RING.current(role, at)) == (answer is None)


def test_a_key_that_was_good_twice_is_good_in_both_periods() -> None:
    keys = (listed(KeyRole.LOG, LOG_OLD, START, START + 10), listed(KeyRole.LOG, LOG_OLD, START + 20, START + 30))
    ring = walk(chain([ROOT], [{"keys": keys}]), [ROOT.public])
    codes = [code_of(ring.key, KeyRole.LOG, LOG_OLD.public.keyid, Ms(START + at)) for at in (5, 15, 25, 35)]
    assert [code is None for code in codes] == [True, False, True, False]


def test_only_the_newest_statement_speaks_for_a_key() -> None:
    first, both = chain([ROOT]), chain([ROOT, ROOT])
    at = Ms(HANDOVER + DAY_MS)
    assert code_of(walk(first, [ROOT.public]).key, KeyRole.PROFILE, PROFILE_KEY.public.keyid, at) is None
    assert code_of(walk(both, [ROOT.public]).key, KeyRole.PROFILE, PROFILE_KEY.public.keyid, at) == "key-out-of-time"
