"""Keys change during a case: the log's under two overlapping signatures, the profile's, the lists', then the root.

What was made before the change verifies afterwards, with the earlier trust file and with the new one (formats §2, §10).
"""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from offmon.core.bundle import layout
from offmon.core.clock import DAY_MS, HOUR_MS, Period
from offmon.core.formats import dsse
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.trust import KeyRole, KeysDocument, ListedKey
from offmon.core.formats.trust_file import Root, TrustFile
from offmon.core.ids import Ms
from offmon.core.log.tlog.checkpoint import check_checkpoint
from offmon.core.log.tlog.proof import Proof
from offmon.verify.app import judge
from offmon.verify.text import as_json, as_text
from offmon.verify.verdict import Name
from tests.support.forge import Forge, Forged
from tests.support.tamper import caught, fails, holds
from tests.support.world import START

# How long an old key goes on: a log key while both sign, a list key while a profile in force names a list of its.
AFTER = {KeyRole.LOG: HOUR_MS, KeyRole.PROFILE: 0, KeyRole.LIST: 60 * DAY_MS}
ROLES = {KeyRole.PROFILE: "profile", KeyRole.LIST: "list", KeyRole.LOG: "log"}


class Rotated(Forge):
    """Between its two epochs the agency gets new keys, and its root hands over. `after`: how long an old key goes on, by its role.

    `by_old`: what goes on being signed with the old key although its time is over, as whoever stole it would.
    """

    def __init__(self, *, by_old: tuple[str, ...] = (), after: dict[KeyRole, int] | None = None, **bends: Any) -> None:
        super().__init__(**bends)
        self.by_old, self.after = by_old, AFTER | (after or {})
        self.old = dict(self.keys)
        self.later = {name: self.key(f"later {name}", key.public.name) for name, key in self.keys.items()}
        self.changed_at = Ms(0)

    def end_licence(self) -> None:
        """The licence ends; then every key changes, and the profile that follows is by the new one."""
        super().end_licence()
        self.changed_at = Ms(self.now)
        self.keys |= {
            name: key for name, key in self.later.items() if name in ROLES.values() and name not in self.by_old
        }
        self.log.also = (self.later["log"],)

    def second_epoch(self) -> None:
        """While it goes on the overlap ends, and the new log key signs alone."""
        self.wait(2 * HOUR_MS)
        self.log.key, self.log.also = self.keys["log"], ()
        super().second_epoch()

    def statements(self) -> list[bytes]:
        """The first; one by the old root that lists both generations and announces the new root; one by the new root."""
        first = super().statements()[0]
        if not self.changed_at:
            return [first]
        listed = list[ListedKey]()
        for role, name in ROLES.items():
            ended = Ms(self.changed_at + self.after[role])
            listed.append(ListedKey(role, self.old[name].public.vkey, Period(Ms(START - DAY_MS), ended)))
            listed.append(ListedKey(role, self.later[name].public.vkey, Period(self.changed_at, None)))
        period = Period(self.changed_at, Ms(self.changed_at + 300 * DAY_MS))
        new_root = self.later["root"].public.vkey
        second_one = KeysDocument(self.agency, 2, dsse.digest_of(first), period, tuple(listed), new_root)
        second = dsse.sign(second_one, self.old["root"])
        third = KeysDocument(self.agency, 3, dsse.digest_of(second), period, tuple(listed), None)
        return [first, second, dsse.sign(third, self.bend("third_root", self.later["root"]))]


def papers(forged: Forged) -> dict[str, TrustFile]:
    """What readers may hold: the paper of before the change, and two of after it that name both roots, one with their times."""
    world = forged.forge
    assert isinstance(world, Rotated)
    [agency] = forged.trust.agencies
    old, new = agency.roots[0], Root(world.later["root"].public.vkey, Period(Ms(START), None))
    ended = replace(old, period=Period(old.period.since, Ms(world.changed_at + DAY_MS)))

    def paper(*roots: Root) -> TrustFile:
        return replace(forged.trust, agencies=(replace(agency, roots=roots),))

    return {"old": paper(old), "both": paper(old, new), "both, with their times": paper(ended, new)}


@pytest.mark.parametrize("paper", ["old", "both", "both, with their times"])
def test_a_bundle_that_spans_the_change_verifies(paper: str) -> None:
    forged = Rotated().build()
    holds(replace(forged, trust=papers(forged)[paper]))


@pytest.mark.parametrize("paper", ["old", "both", "both, with their times"])
def test_a_bundle_of_before_the_change_verifies_after_it(paper: str) -> None:
    """As it left the agency then: nothing in it knows of the new keys."""
    before = Forge().build()
    holds(replace(before, trust=papers(replace(before, forge=Rotated().build().forge))[paper]))


def test_while_they_overlap_both_log_keys_sign_and_afterwards_one() -> None:
    world = Rotated()
    tags = world.build().tags
    generations = {world.old["log"].public: "old", world.later["log"].public: "new"}
    seen = list[str]()
    for number in range(len(world.lines)):
        _, signers = check_checkpoint(Proof.parse(tags[layout.proof_path(number)]).note, world.log.origin, generations)
        seen.append(" and ".join(generations[key] for key in signers))
    assert list(dict.fromkeys(seen)) == ["old", "old and new", "new"]


def test_a_reader_who_knows_the_new_root_alone_cannot_walk_the_chain() -> None:
    """A chain begins where it began; paper that names the new root alone is for an agency that begins anew."""
    forged = Rotated().build()
    both = papers(forged)["both"]
    alone = replace(both, agencies=(replace(both.agencies[0], roots=both.agencies[0].roots[1:]),))
    caught(forged.bundle(), alone, Name.AUTHENTIC, "foreign-root", "not signed by a root that you trust")


def test_a_root_that_nobody_announced_does_not_take_over() -> None:
    stranger = SigningKey.from_seed("force.invalid/86/root", b"nobody announced this root, ever")
    forged = Rotated(third_root=lambda _: stranger).build()
    fails(forged, Name.AUTHENTIC, "foreign-root", "not signed by a root that you trust")


def test_a_retired_root_speaks_no_more_for_a_reader_whose_paper_says_so() -> None:
    forged = Rotated(third_root=lambda _: Forge().keys["root"]).build()
    assert judge(forged.bundle(), papers(forged)["old"]).exit == 0  # that paper gives the old root no end
    times = papers(forged)["both, with their times"]
    later = Ms(forged.forge.now - HOUR_MS)
    [agency] = times.agencies
    ended = replace(agency.roots[0], period=Period(agency.roots[0].period.since, later))
    paper = replace(times, agencies=(replace(agency, roots=(ended, agency.roots[1])),))
    caught(forged.bundle(), paper, Name.AUTHENTIC, "root-out-of-time", "signed by a root outside its time")


def test_a_profile_first_witnessed_after_its_keys_until_does_not_hold() -> None:
    forged = Rotated(by_old=("profile",)).build()
    for paper in papers(forged).values():
        caught(forged.bundle(), paper, Name.AUTHENTIC, "key-out-of-time", "A profile key was used outside the time")


def test_a_checkpoint_by_the_old_log_key_alone_after_its_time_does_not_count() -> None:
    forged = Rotated(by_old=("log",)).build()
    for paper in papers(forged).values():
        caught(forged.bundle(), paper, Name.AUTHENTIC, "log-key-out-of-time", "by a log key outside that key's time")


def test_statements_that_whoever_built_it_left_out_show_by_the_number_of_the_newest() -> None:
    """What an ended key signed verifies then, as bundle.md says: nothing binds how far the chain goes. A reader can compare."""
    late = {layout.keys_path(2), layout.keys_path(3)}
    cut = Rotated(
        by_old=("profile", "list", "log"),
        payload=lambda files: {path: data for path, data in files.items() if path not in late},
    ).build()
    whole = judge((shown := Rotated().build()).bundle(), shown.trust)
    said = judge(cut.bundle(), cut.trust)
    assert (whole.exit, said.exit) == (0, 0)
    assert whole.keys is not None
    assert said.keys is not None
    assert (whole.keys.version, said.keys.version) == (3, 1)
    assert said.keys.since == START - DAY_MS
    assert said.keys.digest == dsse.digest_of(cut.payload[layout.keys_path(1)])
    assert "Newest Keys statement here: number 1, of 2026-06-08T10:13:20.000Z. Compare it" in as_text(said)
    assert json.loads(as_json(said))["keys"] == asdict(said.keys)


def test_a_list_key_is_good_for_as_long_as_a_profile_in_force_names_a_list_of_its() -> None:
    """Ended at once, as after a theft: what rests on its lists has to be chosen, signed and authorised anew."""
    forged = Rotated(after={KeyRole.LIST: 0}).build()
    fails(forged, Name.AUTHORISED, "key-out-of-time", "A list key was used outside the time")


def test_a_retired_key_that_is_no_longer_listed_vouches_for_nothing() -> None:
    """Why a statement keeps what is retired: only the newest speaks."""

    class Forgetful(Rotated):
        def statements(self) -> list[bytes]:
            first, second, third = super().statements()
            kept = tuple(
                key for key in dsse.peek(KeysDocument, third).keys if key.vkey != self.old["profile"].public.vkey
            )
            return [first, second, dsse.sign(replace(dsse.peek(KeysDocument, third), keys=kept), self.later["root"])]

    fails(Forgetful().build(), Name.AUTHENTIC, "unknown-key", "No profile key of the agency")
