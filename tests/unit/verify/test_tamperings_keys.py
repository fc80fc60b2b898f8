"""Tamperings by someone who holds keys: the device's, an agency's own, or a whole world of fresh ones (issue 2, "Tamperings").

All that follows the bend is signed and computed truly, so no checksum can catch any of them.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.authority.capability import Capability
from offmon.core.authority.order import Basis
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
from offmon.verify.app import judge
from offmon.verify.verdict import Name
from tests.prove.markers import proves
from tests.support.forge import Forge, Forged, loaded
from tests.support.tamper import STRANGER, caught, cut, edit, find, honest, journal_signed, once, refused
from tests.support.world import START

# --- the agency's own keys ------------------------------------------------------------------------------------------------


def test_everything_re_signed_with_fresh_keys() -> None:
    fresh = Forge(keys="fresh").build()
    assert judge(fresh.bundle(), fresh.trust).exit == 0  # in its own eyes it is perfect
    caught(fresh.bundle(), honest().trust, Name.AUTHENTIC, "too-few-witnesses", "Others that cosigned it, or did so")


def test_everything_re_signed_with_fresh_keys_and_a_true_witness_in_league() -> None:
    fresh = Forge(keys="fresh", witness=lambda _: honest().forge.witness).build()
    caught(fresh.bundle(), honest().trust, Name.AUTHENTIC, "foreign-root", "not signed by a root that you trust")


def test_the_run_rebuilt_and_appended_afresh_with_the_true_log_key_and_cosigned() -> None:
    late = Forge(late=True).build()
    caught(late.bundle(), late.trust, Name.AUTHENTIC, "witnessed-late", "the run was appended afresh")


def test_an_action_that_no_decision_called_for() -> None:
    refused(
        Name.CONTINUOUS,
        "action-without-decision",
        "no decision called for",
        action=lambda action: replace(action, what=ActionKind.RECALL_REQUEST),
    )


def test_an_exhibit_of_something_else() -> None:
    refused(
        Name.CONTINUOUS,
        "exhibit-differs",
        "something else than the item",
        exhibit=lambda exhibit: replace(exhibit, content=Digest("0" * 64)),
    )


def test_an_exhibit_that_the_vault_never_sealed() -> None:
    refused(Name.CONTINUOUS, "not-sealed", "No entry of the run says", sealer=lambda _: "officer")


def test_an_exhibit_whose_seal_was_broken() -> None:
    refused(
        Name.CONTINUOUS,
        "seal-broken",
        "does not hash to what was sealed",
        custody=lambda link: replace(link, seal=Digest("0" * 64)),
    )


def test_an_exhibit_that_was_nobodys_for_a_while() -> None:
    refused(
        Name.CONTINUOUS,
        "continuity-broken",
        "not said who had it",
        custody=lambda link: replace(link, number=2),
    )


def test_an_entry_from_the_future() -> None:
    refused(
        Name.AUTHENTIC,
        "witnessed-early",
        "before the time that it gives itself",
        entry=once(lambda entry: replace(entry, at=Ms(entry.at + 5 * MINUTE_MS)), 3),
    )


def test_a_profile_by_another_key() -> None:
    refused(Name.AUTHENTIC, "unknown-key", "No profile key of the agency", profile_key=lambda _: STRANGER)


def test_a_profile_first_witnessed_after_its_keys_until() -> None:
    def ended(statement: KeysDocument) -> KeysDocument:
        short = Period(Ms(START - DAY_MS), Ms(START + MINUTE_MS))
        keys = (replace(key, period=short) if key.role is KeyRole.PROFILE else key for key in statement.keys)
        return replace(statement, keys=tuple(keys))

    refused(Name.AUTHENTIC, "key-out-of-time", "outside the time that the agency's root gave it", statement=ended)


def test_a_log_key_after_its_until() -> None:
    def ended(statement: KeysDocument) -> KeysDocument:
        short = Period(Ms(START - DAY_MS), Ms(START + MINUTE_MS))
        keys = (replace(key, period=short) if key.role is KeyRole.LOG else key for key in statement.keys)
        return replace(statement, keys=tuple(keys))

    refused(Name.AUTHENTIC, "log-key-out-of-time", "outside that key's time", statement=ended)


def test_keys_by_another_root() -> None:
    refused(Name.AUTHENTIC, "foreign-root", "not signed by a root that you trust", root_key=lambda _: STRANGER)


def widened(profile: Profile) -> Profile:
    grant = profile.grants[0]
    more = replace(grant, kind=Capability.SITE, id=Id("f" * 32), fields=("title", "url"))
    return replace(profile, grants=(*profile.grants, more))


@proves("S22", authorised._check_profile, disabled=lambda case, trusted, issued: None)
@proves("S1", authorised._check_profile, disabled=lambda case, trusted, issued: None)
def test_a_widened_profile_with_the_true_key_recorded_and_logged() -> None:
    refused(Name.AUTHORISED, "grants-differ", "grants something else", profile=widened)


def test_a_profile_that_lasts_too_long() -> None:
    refused(
        Name.AUTHORISED,
        "lease-too-long",
        "at most 30 days",
        profile=lambda p: replace(p, lease=Period(p.lease.since, Ms(p.lease.since + 31 * DAY_MS))),
    )


def test_a_profile_that_forgets_the_one_before_it() -> None:
    refused(
        Name.AUTHENTIC, "profile-chain", "does not name the one", profile=once(lambda p: replace(p, previous=None), 1)
    )


def test_a_later_profile_that_gives_the_device_another_key() -> None:
    other = STRANGER.public.vkey
    refused(
        Name.AUTHENTIC,
        "device-key-changed",
        "gives the device another key",
        profile=once(lambda p: replace(p, device_key=other), 1),
    )


def to_own_key(profile: Profile) -> Profile:
    """Whoever signs could open what is enclosed to a key of their own."""
    return replace(profile, evidence_key=HpkeKey(1, honest().forge.draw("another")))


def retold(profile: Profile) -> Profile:
    return replace(profile, person_texts=(replace(profile.person_texts[0], text="None."), *profile.person_texts[1:]))


@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("deployment-differs", "encloses to another key", to_own_key),
        ("deployment-differs", "encloses to another key", once(to_own_key, 1)),
        ("deployment-differs", "or delays otherwise", lambda one: replace(one, delay_days=28)),
        ("person-not-told-so", "other terms or controllers", lambda one: replace(one, person_texts=())),
        ("person-not-told-so", "other terms or controllers", retold),
        ("person-not-told-so", "other terms or controllers", lambda one: replace(one, controllers=())),
    ],
)
def test_the_signer_s_true_key_under_what_the_bundle_s_records_do_not_give(
    code: str, words: str, change: Callable[[Profile], Profile]
) -> None:
    refused(Name.AUTHORISED, code, words, profile=change)


@pytest.mark.parametrize("name", ["aim", "rational_link", "less_intrusive", "fair_balance"])
def test_one_of_the_four_answers_left_empty(name: str) -> None:
    refused(
        Name.AUTHORISED,
        "four-answers",
        "four questions of proportionality",
        authorisation=lambda a: replace(a, **{name: " "}),
    )


def test_a_choice_that_rests_on_another_term() -> None:
    def swapped(authorisation: AuthorisationRecord) -> AuthorisationRecord:
        site, phrase = authorisation.choices
        return replace(authorisation, choices=(replace(site, terms=phrase.terms), phrase))

    with pytest.raises(Refused, match="term-does-not-need-it"):
        Forge(authorisation=swapped).build()  # the signer, who runs the same rule, would not sign it either


def test_a_notice_served_too_late() -> None:
    refused(
        Name.AUTHORISED,
        "no-notice",
        "No notice was served",
        notice=lambda n: replace(n, served_at=Ms(n.served_at + 9 * DAY_MS)),
    )


def test_a_term_confirmed_after_the_profile_was_made() -> None:
    refused(
        Name.AUTHORISED,
        "grants-differ",
        "something else than its orders",
        term=once(lambda t: replace(t, confirmed_at=Ms(t.confirmed_at + 9 * DAY_MS))),
    )


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


def test_a_list_by_another_key() -> None:
    key = SigningKey("force.invalid/86/list", STRANGER.private)
    refused(Name.AUTHORISED, "unknown-key", "No list key of the agency", list_key=lambda _: key)


# --- the device's key -----------------------------------------------------------------------------------------------------


def claimed(**changes: Any) -> Callable[[Envelope], Envelope]:
    return lambda envelope: replace(envelope, claim=replace(envelope.claim, **changes))


def test_an_item_outside_the_profiles_period() -> None:
    refused(
        Name.AUTHORISED,
        "out-of-lease",
        "outside the time for which the profile was signed",
        envelope=once(claimed(event_at=Ms(START - DAY_MS))),
    )


def test_an_item_from_the_future() -> None:
    refused(Name.AUTHORISED, "future", "after it was received", envelope=once(claimed(event_at=Ms(START + 9 * DAY_MS))))


def test_an_item_whose_grant_is_not_in_the_profile() -> None:
    refused(Name.AUTHORISED, "no-grant", "No grant of the profile", envelope=once(claimed(grant=Id("d" * 32))))


def test_an_item_that_names_terms_of_its_own() -> None:
    refused(Name.AUTHORISED, "wrong-terms", "The terms that it names", envelope=once(claimed(terms=(Id("d" * 32),))))


def test_an_item_that_names_a_profile_that_is_not_there() -> None:
    refused(
        Name.AUTHORISED,
        "unknown-profile",
        "the bundle does not hold",
        envelope=once(lambda envelope: replace(envelope, profile=Digest("d" * 64))),
    )


def test_an_item_that_names_another_version() -> None:
    refused(
        Name.AUTHORISED,
        "other-profile",
        "another device, deployment or version",
        envelope=once(lambda envelope: replace(envelope, profile_version=7)),
    )


def test_an_item_that_names_a_profile_which_was_not_signed_yet() -> None:
    _, later = honest().forge.profiles[-1]
    version = honest().forge.profiles[-1][0].version
    refused(
        Name.AUTHORISED,
        "other-profile",
        "not yet signed when it was received",
        envelope=once(lambda envelope: replace(envelope, profile=dsse.digest_of(later), profile_version=version)),
    )


def test_an_item_that_shows_what_its_grant_does_not_let_leave() -> None:
    refused(
        Name.AUTHORISED,
        "field-not-granted",
        "does not let leave the device",
        body=once(lambda body: replace(body, context_before="the words before")),
    )


def test_a_checkpoint_of_another_device_with_the_true_key() -> None:
    refused(
        Name.AUTHENTIC,
        "checkpoint-of-other",
        "another device or epoch",
        checkpoint=lambda checkpoint: replace(checkpoint, device=Id("c" * 32)),
    )


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
    verdict = caught(
        forged.bundle(), forged.trust, Name.AUTHENTIC, "journal-forked", "not the one that the agency received"
    )
    assert "batch-hole" not in {reason.code for reason in verdict.check(Name.CONTINUOUS).reasons}  # its count is right


@pytest.mark.parametrize("gone", ["a gap", "an erased item"])
def test_a_row_removed_by_the_device(gone: str) -> None:
    """With the true key the signature holds. What was removed cannot be told from the roots: that is for *continuous*, where it can be."""
    forged = honest()
    of_gap = gone == "a gap"
    removed = (lambda row: row.leaf == "gap") if of_gap else (lambda row: row.account is LeafAccount.ERASED)
    cut(forged, long_journal(forged), removed, forged.forge.keys["device"])
    verdict = caught(forged.bundle(), forged.trust, Name.AUTHENTIC, "leaf-removed", "Leaves of a batch that the agency")
    found = {reason.code for reason in verdict.check(Name.CONTINUOUS).reasons}
    assert found == {"batch-hole", "leaves-lost"} | (set() if of_gap else {"erased-left-out"})


def test_the_newest_leaves_removed_by_the_device() -> None:
    forged = honest()
    device = forged.forge.keys["device"]

    def shorter(journal: EpochJournal) -> EpochJournal:
        checkpoint = replace(dsse.peek(DeviceCheckpoint, journal.checkpoint), size=6)
        return replace(journal, rows=journal.rows[:6], checkpoint=dsse.sign(checkpoint, device))

    rewritten(forged, shorter)
    caught(forged.bundle(), forged.trust, Name.AUTHENTIC, "journal-short", "fewer or more leaves")


def test_an_epoch_that_goes_on_from_more_than_was_received() -> None:
    refused(
        Name.CONTINUOUS,
        "leaves-lost",
        "knew of more leaves",
        new_epoch=lambda gap: replace(gap, last_size=gap.last_size + 2),
    )


def test_an_epoch_that_names_none_before_it() -> None:
    refused(
        Name.CONTINUOUS, "epoch-chain", "goes on from one", new_epoch=lambda gap: replace(gap, last_epoch=Id("a" * 32))
    )


def never_arrived(gap: Gap) -> Gap:
    return replace(gap, last_epoch=Id("a" * 32), last_size=0)


def test_an_epoch_of_which_nothing_arrived_is_missed_by_nobody() -> None:
    """A store that is lost twice before anything is sent: else a person could spoil every bundle of their case by removing it twice."""
    forged = Forge(new_epoch=never_arrived).build()
    assert judge(forged.bundle(), forged.trust).exit == 0


class Twice(Forge):
    """The store is lost twice more, and each time the epoch before had not arrived."""

    def second_epoch(self) -> None:
        super().second_epoch()
        super().second_epoch()


def test_nor_are_several() -> None:
    forged = Twice(new_epoch=never_arrived).build()
    assert judge(forged.bundle(), forged.trust).exit == 0


class Goes(Forge):
    """An epoch takes leaves after one began that says that it goes on from another."""

    def second_epoch(self) -> None:
        super().second_epoch()
        self.disclose(self.epochs[0], Capability.SITE)
        self.send(self.epochs[0])


def test_an_epoch_goes_on_beside_one_that_names_what_never_arrived() -> None:
    forged = Goes(new_epoch=never_arrived).build()
    caught(forged.bundle(), forged.trust, Name.CONTINUOUS, "closed-epoch", "after the next had begun")


def test_an_epoch_that_says_nothing_of_what_was_before() -> None:
    refused(
        Name.CONTINUOUS,
        "epoch-chain",
        "does not begin with",
        new_epoch=lambda gap: replace(gap, reason=GapReason.CLOCK),
    )
