"""Tamperings by someone who holds keys: the device's, an agency's own, or a whole world of fresh ones (issue 2, "Tamperings").

All that follows the bend is signed and computed truly, so no checksum can catch any of them.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import HpkeKey, Profile
from offmon.core.bundle.layout import EpochJournal, LeafAccount
from offmon.core.clock import DAY_MS, MINUTE_MS, Period
from offmon.core.errors import Refused
from offmon.core.formats import dsse
from offmon.core.formats.event import DeviceCheckpoint, DisclosureLeaf, Envelope, Gap, GapReason
from offmon.core.formats.journal import leaf_commit
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.trust import KeyRole, KeysDocument
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.records import ActionKind, AuthorisationRecord
from offmon.verify import authorised
from offmon.verify.verdict import Name
from tests.prove.markers import proves
from tests.support.forge import Forge, Forged, loaded
from tests.support.tamper import (
    STRANGER,
    caught,
    cut,
    edit,
    fails,
    find,
    having,
    holds,
    honest,
    journal_signed,
    later,
    once,
    refused,
)
from tests.support.world import START
from tests.unit.verify.test_tamperings_people import too_long

OTHER_KEY = STRANGER.public.vkey
LIST_KEY = SigningKey("force.invalid/86/list", STRANGER.private)

# --- the agency's own keys ------------------------------------------------------------------------------------------------


def test_everything_re_signed_with_fresh_keys() -> None:
    fresh = Forge(keys="fresh").build()
    holds(fresh)  # in its own eyes it is perfect
    caught(fresh.bundle(), honest().trust, Name.AUTHENTIC, "too-few-witnesses", "Others that cosigned it, or did so")


def test_everything_re_signed_with_fresh_keys_and_a_true_witness_in_league() -> None:
    fresh = Forge(keys="fresh", witness=lambda _: honest().forge.witness).build()
    caught(fresh.bundle(), honest().trust, Name.AUTHENTIC, "foreign-root", "not signed by a root that you trust")


def test_the_run_rebuilt_and_appended_afresh_with_the_true_log_key_and_cosigned() -> None:
    fails(Forge(late=True).build(), Name.AUTHENTIC, "witnessed-late", "the run was appended afresh")


@pytest.mark.parametrize(
    ("code", "words", "bends"),
    [
        ("action-without-decision", "no decision called for", {"action": having(what=ActionKind.RECALL_REQUEST)}),
        ("exhibit-differs", "something else than the item", {"exhibit": having(content=Digest("0" * 64))}),
        ("not-sealed", "No entry of the run says", {"sealer": lambda _: "officer"}),
        ("seal-broken", "does not hash to what was sealed", {"custody": having(seal=Digest("0" * 64))}),
        ("continuity-broken", "not said who had it", {"custody": having(number=2)}),
    ],
)
def test_what_followed_or_was_sealed_is_not_as_it_is_told(code: str, words: str, bends: dict[str, Any]) -> None:
    refused(Name.CONTINUOUS, code, words, **bends)


def ended(role: KeyRole) -> Callable[[KeysDocument], KeysDocument]:
    """The agency's keys of that role end a minute after the start."""
    short = Period(Ms(START - DAY_MS), Ms(START + MINUTE_MS))

    def bend(statement: KeysDocument) -> KeysDocument:
        keys = (replace(key, period=short) if key.role is role else key for key in statement.keys)
        return replace(statement, keys=tuple(keys))

    return bend


@pytest.mark.parametrize(
    ("code", "words", "bends"),
    [
        ("witnessed-early", "before the time that it gives itself", {"entry": once(later(at=5 * MINUTE_MS), 3)}),
        ("unknown-key", "No profile key of the agency", {"profile_key": lambda _: STRANGER}),
        ("key-out-of-time", "outside the time that the agency's root gave it", {"statement": ended(KeyRole.PROFILE)}),
        ("log-key-out-of-time", "outside that key's time", {"statement": ended(KeyRole.LOG)}),
        ("foreign-root", "not signed by a root that you trust", {"root_key": lambda _: STRANGER}),
        ("profile-chain", "does not name the one", {"profile": once(having(previous=None), 1)}),
        ("device-key-changed", "gives the device another key", {"profile": once(having(device_key=OTHER_KEY), 1)}),
        ("checkpoint-of-other", "another device or epoch", {"checkpoint": having(device=Id("c" * 32))}),
    ],
)
def test_a_time_a_key_or_a_chain_is_not_the_true_one(code: str, words: str, bends: dict[str, Any]) -> None:
    refused(Name.AUTHENTIC, code, words, **bends)


def widened(profile: Profile) -> Profile:
    grant = profile.grants[0]
    more = replace(grant, kind=Capability.SITE, id=Id("f" * 32), fields=("title", "url"))
    return replace(profile, grants=(*profile.grants, more))


@proves("S22", authorised._check_profile, disabled=lambda case, trusted, issued: None)
@proves("S1", authorised._check_profile, disabled=lambda case, trusted, issued: None)
def test_a_widened_profile_with_the_true_key_recorded_and_logged() -> None:
    refused(Name.AUTHORISED, "grants-differ", "grants something else", profile=widened)


def to_own_key(profile: Profile) -> Profile:
    """Whoever signs could open what is enclosed to a key of their own."""
    return replace(profile, evidence_key=HpkeKey(1, honest().forge.draw("another")))


def retold(profile: Profile) -> Profile:
    return replace(profile, person_texts=(replace(profile.person_texts[0], text="None."), *profile.person_texts[1:]))


def in_welsh_alone(profile: Profile) -> Profile:
    return replace(profile, person_texts=(), welsh_texts=profile.person_texts)


@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("deployment-differs", "encloses to another key", to_own_key),
        ("deployment-differs", "encloses to another key", once(to_own_key, 1)),
        ("deployment-differs", "or delays otherwise", having(delay_days=28)),
        ("person-not-told-so", "other terms or controllers", having(person_texts=())),
        ("person-not-told-so", "other terms or controllers", retold),
        ("person-not-told-so", "other terms or controllers", in_welsh_alone),
        ("person-not-told-so", "other terms or controllers", having(controllers=())),
        ("lease-too-long", "at most 30 days", too_long),
    ],
)
def test_the_signer_s_true_key_under_what_the_bundle_s_records_do_not_give(
    code: str, words: str, change: Callable[[Profile], Profile]
) -> None:
    refused(Name.AUTHORISED, code, words, profile=change)


@pytest.mark.parametrize("name", ["aim", "rational_link", "less_intrusive", "fair_balance"])
def test_one_of_the_four_answers_left_empty(name: str) -> None:
    empty = having(**{name: " "})
    refused(Name.AUTHORISED, "four-answers", "four questions of proportionality", authorisation=empty)


def test_a_choice_that_rests_on_another_term() -> None:
    def swapped(authorisation: AuthorisationRecord) -> AuthorisationRecord:
        site, phrase = authorisation.choices
        return replace(authorisation, choices=(replace(site, terms=phrase.terms), phrase))

    with pytest.raises(Refused, match="term-does-not-need-it"):
        Forge(authorisation=swapped).build()  # the signer, who runs the same rule, would not sign it either


@pytest.mark.parametrize(
    ("code", "words", "bends"),
    [
        ("no-notice", "No notice was served", {"notice": later(served_at=9 * DAY_MS)}),
        ("grants-differ", "something else than its orders", {"term": once(later(confirmed_at=9 * DAY_MS))}),
        ("unknown-key", "No list key of the agency", {"list_key": lambda _: LIST_KEY}),
        ("field-not-granted", "does not let leave the device", {"body": once(having(context_before="words before"))}),
    ],
)
def test_what_a_profile_or_an_item_rests_on_does_not_bear_it(code: str, words: str, bends: dict[str, Any]) -> None:
    refused(Name.AUTHORISED, code, words, **bends)


def test_the_orders_shown_are_not_those_that_the_grants_were_compiled_from() -> None:
    def begun_later(instrument: Any) -> Any:
        later = instrument.basis is Basis.LICENCE
        return replace(instrument, effective_from=Ms(START + 9 * DAY_MS)) if later else instrument

    granted = iter([profile.grants for profile, _ in honest().forge.profiles])
    refused(
        Name.AUTHORISED,
        "grants-differ",
        "something else than its orders",
        instrument=begun_later,
        profile=lambda profile: replace(profile, grants=next(granted)),
    )


# --- the device's key -----------------------------------------------------------------------------------------------------


def claimed(**changes: Any) -> Callable[[Envelope], Envelope]:
    return lambda envelope: replace(envelope, claim=replace(envelope.claim, **changes))


@pytest.mark.parametrize(
    ("code", "words", "envelope"),
    [
        ("out-of-lease", "outside the time for which the profile was signed", claimed(event_at=Ms(START - DAY_MS))),
        ("future", "after it was received", claimed(event_at=Ms(START + 9 * DAY_MS))),
        ("no-grant", "No grant of the profile", claimed(grant=Id("d" * 32))),
        ("wrong-terms", "The terms that it names", claimed(terms=(Id("d" * 32),))),
        ("unknown-profile", "the bundle does not hold", having(profile=Digest("d" * 64))),
        ("other-profile", "another device, deployment or version", having(profile_version=7)),
    ],
)
def test_an_item_that_its_profile_does_not_allow(
    code: str, words: str, envelope: Callable[[Envelope], Envelope]
) -> None:
    refused(Name.AUTHORISED, code, words, envelope=once(envelope))


def test_an_item_that_names_a_profile_which_was_not_signed_yet() -> None:
    profile, signed = honest().forge.profiles[-1]
    later_one = once(having(profile=dsse.digest_of(signed), profile_version=profile.version))
    refused(Name.AUTHORISED, "other-profile", "not yet signed when it was received", envelope=later_one)


def long_journal(forged: Forged) -> str:
    """The path of the journal of the first epoch."""
    paths = [find(forged, "data/journal/", position) for position in range(2)]
    return next(path for path in paths if len(loaded(EpochJournal, forged.payload[path]).rows) > 6)


def rewritten(forged: Forged, change: Callable[[EpochJournal], EpochJournal]) -> None:
    """A journal changed and signed again by the device itself: whoever shares the account can do that."""
    edit(forged, long_journal(forged), EpochJournal, change)


def test_a_forked_journal() -> None:
    forged = honest()
    device, epoch = forged.forge.keys["device"], forged.forge.epochs[0]

    def forked(journal: EpochJournal) -> EpochJournal:
        leaf = epoch.leaves[5]
        assert isinstance(leaf, DisclosureLeaf)
        other = replace(leaf, envelope=replace(leaf.envelope, content_commit=Digest("b" * 64)))
        rows = (replace(row, commit=leaf_commit(other)) if row.n == 5 else row for row in journal.rows)
        return journal_signed(replace(journal, rows=tuple(rows)), device)

    rewritten(forged, forked)
    verdict = fails(forged, Name.AUTHENTIC, "journal-forked", "not the one that the agency received")
    assert "batch-hole" not in {reason.code for reason in verdict.check(Name.CONTINUOUS).reasons}  # its count is right


@pytest.mark.parametrize("gone", ["a gap", "an erased item"])
def test_a_row_removed_by_the_device(gone: str) -> None:
    """With the true key the signature holds. What was removed cannot be told from the roots: that is for *continuous*, where it can be."""
    forged = honest()
    of_gap = gone == "a gap"
    removed = (lambda row: row.leaf == "gap") if of_gap else (lambda row: row.account is LeafAccount.ERASED)
    cut(forged, long_journal(forged), removed, forged.forge.keys["device"])
    verdict = fails(forged, Name.AUTHENTIC, "leaf-removed", "Leaves of a batch that the agency")
    found = {reason.code for reason in verdict.check(Name.CONTINUOUS).reasons}
    assert found == {"batch-hole", "leaves-lost"} | (set() if of_gap else {"erased-left-out"})


def test_the_newest_leaves_removed_by_the_device() -> None:
    forged = honest()
    device = forged.forge.keys["device"]

    def shorter(journal: EpochJournal) -> EpochJournal:
        checkpoint = replace(dsse.peek(DeviceCheckpoint, journal.checkpoint), size=6)
        return replace(journal, rows=journal.rows[:6], checkpoint=dsse.sign(checkpoint, device))

    rewritten(forged, shorter)
    fails(forged, Name.AUTHENTIC, "journal-short", "fewer or more leaves")


@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("leaves-lost", "knew of more leaves", lambda gap: replace(gap, last_size=gap.last_size + 2)),
        ("epoch-chain", "goes on from one", having(last_epoch=Id("a" * 32))),
        ("epoch-chain", "does not begin with", having(reason=GapReason.CLOCK)),
    ],
)
def test_an_epoch_does_not_go_on_from_what_was_before(code: str, words: str, change: Callable[[Gap], Gap]) -> None:
    refused(Name.CONTINUOUS, code, words, new_epoch=change)


class Twice(Forge):
    """The store is lost twice more, and each time the epoch before had not arrived."""

    def second_epoch(self) -> None:
        super().second_epoch()
        super().second_epoch()


NEVER_ARRIVED = having(last_epoch=Id("a" * 32), last_size=0)


@pytest.mark.parametrize("world", [Forge, Twice])
def test_an_epoch_of_which_nothing_arrived_is_missed_by_nobody(world: type[Forge]) -> None:
    """A store that is lost twice before anything is sent: else a person could spoil every bundle of their case by removing it twice."""
    holds(world(new_epoch=NEVER_ARRIVED).build())


class Goes(Forge):
    """An epoch takes leaves after the device began the next, which says `new_epoch` of what was before it."""

    def second_epoch(self) -> None:
        super().second_epoch()
        self.disclose(self.epochs[0], Capability.SITE)
        self.send(self.epochs[0])


@pytest.mark.parametrize("bends", [{}, {"new_epoch": NEVER_ARRIVED}], ids=["that-one", "what-never-arrived"])
def test_an_epoch_goes_on_after_the_next_began(bends: dict[str, Any]) -> None:
    fails(Goes(**bends).build(), Name.CONTINUOUS, "closed-epoch", "took leaves after the next had begun")
