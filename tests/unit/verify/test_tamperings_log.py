"""Records that the log does not support: when written, by which act, what was erased (formats §7 to §9; S87, S88, S89).

All is signed, logged, and witnessed in time.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.alerts.exhibit import ExhibitRecord
from offmon.core.authority.bases import Basis
from offmon.core.authority.order import Instrument
from offmon.core.bundle import layout
from offmon.core.bundle.layout import LeafAccount
from offmon.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, Period
from offmon.core.formats import codec
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.ids import Digest, Ms, Slug
from offmon.core.log.attribution import check_order_act
from offmon.core.log.audit import AuditEntry, EntryOutcome, Touched, Verb
from offmon.core.log.provenance import check_signed_in_time, check_times, is_done
from offmon.core.log.records import AlertRecord, BatchRecord, DecisionOutcome, DecisionRecord, LeafPlace, NoticeRecord
from offmon.verify.verdict import Name
from tests.prove.markers import proves
from tests.support.forge import Forge, loaded
from tests.support.tamper import built, called, fails, having, holds, honest, later, refused, without_reason
from tests.support.world import NOTHING
from tests.unit.verify.test_tamperings_people import by_a_process, of

Bend = Callable[[dict[str, bytes]], dict[str, bytes]]


# --- when -----------------------------------------------------------------------------------------------------------------


def restamped() -> Callable[[AuditEntry], AuditEntry]:
    """A bend that gives the entries the times of the last hour, so that each is witnessed in time."""
    made, first = iter(range(10_000)), honest().forge.now - HOUR_MS
    return lambda entry: replace(entry, at=Ms(first + next(made) * MINUTE_MS))


@proves("S87", check_times, disabled=lambda record, row, log: None)
def test_a_run_rebuilt_and_appended_afresh_with_new_times_over_records_of_old() -> None:
    """Whoever holds the log key appends it again before the export, and the witness cosigns what it is sent."""
    rebuilt = Forge(late=True, entry=restamped()).build()
    verdict = fails(rebuilt, Name.AUTHORISED, "time-differs", "at another time than")
    assert {reason.code for reason in verdict.check(Name.AUTHENTIC).reasons} == set()


def test_a_rebuilt_run_that_leaves_out_an_alert() -> None:
    """What a run is rebuilt for. Nothing that is left says that it ever was."""

    class Shortened(Forge):
        gone: Any = None

        def act(self, verb: Verb, who: str, *touched: Touched, **more: Any) -> int:
            if verb is Verb.ALERT_RAISED and self.gone is None and len(self.all(AlertRecord)) == 2:
                self.gone = more["alert"]
            if self.gone is None or more.get("alert") != self.gone:
                return super().act(verb, who, *touched, **more)
            for row in touched:
                self.rows.pop((row.table, row.id), None)
            return -1

    rebuilt = Shortened(late=True, entry=restamped()).build()
    verdict = fails(rebuilt, Name.AUTHORISED, "time-differs", "at another time than")
    assert (verdict.counts.alerts, verdict.counts.rejected) == (2, 0)


class Retold(Forge):
    """A world that plays within minutes, records and all, but for the leases of its profiles: those are as they were signed."""

    def __init__(self, *args: Any, **bends: Any) -> None:
        leases = iter([profile.lease for profile, _ in honest().forge.profiles])
        super().__init__(*args, late=True, profile=lambda one: replace(one, lease=next(leases)), **bends)
        self.now = honest().forge.profiles[-1][0].lease.since + MINUTE_MS

    def wait(self, ms: int) -> Ms:
        """A week passes in minutes."""
        return super().wait(ms // 1_000)


def test_a_rebuilt_run_whose_records_are_of_now_too() -> None:
    """For what was authorised and signed then, an old profile cannot be had anew."""
    fails(Retold().build(), Name.AUTHORISED, "signed-late", "more than 5 minutes before it was signed")


EARLIER = 15 * DAY_MS


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ("term", "confirmed_at"),
        ("authorisation", "authorised_at"),
        ("decision", "decided_at"),
        ("exhibit", "sealed_at"),
        ("custody", "since"),
    ],
)
@pytest.mark.parametrize("by", [-EARLIER, 6 * MINUTE_MS])
def test_a_record_that_gives_another_time_than_its_entry(record: str, field: str, by: int) -> None:
    refused(Name.AUTHORISED, "time-differs", f"this record's {field}", **{record: later(**{field: by})})


@proves("S87", check_signed_in_time, disabled=lambda since, at: None)
def test_an_authority_that_is_written_to_be_older_than_the_log_says() -> None:
    """Signed by the true key at once, over records that say that all was agreed and served two weeks ago."""

    def since(one: Any) -> Period:
        return Period(Ms(one.since - EARLIER), Ms(one.since - EARLIER + 29 * DAY_MS))

    refused(
        Name.AUTHORISED,
        "signed-late",
        "begins more than 5 minutes before it was signed",
        list=lambda one: replace(one, valid=Period(Ms(one.valid.since - EARLIER), None)),
        term=later(confirmed_at=-EARLIER - DAY_MS),
        authorisation=later(authorised_at=-EARLIER),
        notice=later(served_at=-EARLIER),
        profile=lambda one: replace(one, lease=since(one.lease)) if one.version == 1 else one,
    )


def test_a_notice_may_be_written_down_after_it_was_served_and_not_before() -> None:
    holds(Forge(notice=later(served_at=-HOUR_MS)).build())
    refused(Name.AUTHORISED, "time-differs", "this record's served_at", notice=later(served_at=6 * MINUTE_MS))


# --- by which act ---------------------------------------------------------------------------------------------------------


def another(order: Instrument) -> Instrument:
    """Another order in its place: another court's, of another page, for an offence that lists serve."""
    return replace(order, made_by="Another court", reference="OTHER/1", document=Digest("c" * 64), checked="by nobody")


def shpo(forge: Forge) -> Instrument:
    return next(one for one in forge.all(Instrument) if one.basis is Basis.SHPO_SC)


class Rewritten(Forge):
    """A world in which a record is written over once all was collected, by an entry of that verb and person."""

    def __init__(self, kind: type, change: Callable[[Any], Any], verb: Verb, who: str) -> None:
        super().__init__()
        self.kind, self.change, self.verb, self.who = kind, change, verb, who

    def triage(self) -> None:
        super().triage()
        one = shpo(self) if self.kind is Instrument else self.all(self.kind)[0]
        about: dict[str, Any] = {"alert": one.alert, "decision": one.id} if isinstance(one, DecisionRecord) else {}
        self.act(self.verb, self.who, self.row(self.change(one)), **about)


@pytest.mark.parametrize(
    ("kind", "change", "verb", "who"),
    [
        (Instrument, another, Verb.CASE_CONSULTED, "service"),
        (Instrument, another, Verb.DOCUMENT_OPENED, "officer"),
        (Instrument, another, Verb.INSTRUMENT_RECORDED, "recorder"),
        (BatchRecord, later(received_at=40 * DAY_MS), Verb.CASE_CONSULTED, "service"),
        (BatchRecord, later(received_at=40 * DAY_MS), Verb.BATCH_RECEIVED, "service"),
        (BatchRecord, later(received_at=40 * DAY_MS), Verb.DISPOSED, "vault"),
        (AlertRecord, having(leaves=()), Verb.CASE_CONSULTED, "service"),
        (AlertRecord, having(leaves=()), Verb.ALERT_REVIEW, "officer"),
        (DecisionRecord, having(reason="Other words."), Verb.ALERT_DECIDED, "officer"),
    ],
)
def test_a_record_is_written_over_by_an_act_that_does_not_write_it(
    kind: type, change: Callable[[Any], Any], verb: Verb, who: str
) -> None:
    fails(Rewritten(kind, change, verb, who).build(), Name.AUTHENTIC, "record-changed", "is not the one that run entry")


def test_an_alert_that_is_said_to_be_older_by_an_act_that_may_change_it() -> None:
    aged = Rewritten(AlertRecord, later(opened_at=-EARLIER), Verb.ALERT_RAISED, "service").build()
    fails(aged, Name.AUTHORISED, "time-differs", "this record's opened_at")


class Ended(Forge):
    """A world in which the entry that ends the licence makes another licence of it."""

    def row(self, record: Any) -> Touched:
        if isinstance(record, Instrument) and record.ended_at is not None:
            record = another(record)
        return super().row(record)


@proves("S88", check_order_act, disabled=lambda instrument, recorded, log, confirmed_at=None: None)
def test_the_entry_that_ends_an_order_makes_another_of_it() -> None:
    fails(Ended().build(), Name.AUTHORISED, "changed-after", "at instrument.recorded")


class Confirmed(Forge):
    """A world in which terms are confirmed beside an order that gives nothing, and the order is then made one that does."""

    verb = Verb.CASE_CONSULTED

    def orders(self) -> None:
        self.bends["instrument"] = having(offence_types=(Slug("another_offence"),))
        super().orders()
        for one in self.all(Instrument):
            self.act(self.verb, "recorder", self.row(replace(one, offence_types=(Slug("contact_online"),))))


@pytest.mark.parametrize("verb", [Verb.CASE_CONSULTED, Verb.INSTRUMENT_RECORDED, Verb.INSTRUMENT_ENDED])
def test_an_order_is_widened_once_its_terms_are_confirmed(verb: Verb) -> None:
    fails(built(Confirmed, verb=verb), Name.AUTHORISED, "changed-after", "at instrument.recorded")


class RecordedLate(Forge):
    """A world in which an order is recorded once its terms are confirmed."""

    def act(self, verb: Verb, who: str, *touched: Touched, **more: Any) -> int:
        if verb is Verb.INSTRUMENT_RECORDED:
            self.put_off = [*getattr(self, "put_off", []), (who, touched)]
            return -1
        return super().act(verb, who, *touched, **more)

    def orders(self) -> None:
        super().orders()
        self.wait(HOUR_MS)
        for who, touched in self.put_off:
            super().act(Verb.INSTRUMENT_RECORDED, who, *touched)


@pytest.mark.parametrize("verb", [Verb.INSTRUMENT_RECORDED, Verb.INSTRUMENT_ENDED])
def test_a_process_records_an_order_or_its_end(verb: Verb) -> None:
    process = honest().forge.service
    refused(
        Name.AUTHORISED,
        "not-a-person",
        f"{verb.value} was the act of a process",
        instrument=lambda one: replace(one, recorded_by=process) if verb is Verb.INSTRUMENT_RECORDED else one,
        entry=of(verb, by_a_process),
    )


class DecidedTwice(Forge):
    """A world in which an alert that an exhibit was made of is decided a second time, as no match."""

    def triage(self) -> None:
        super().triage()
        alert = self.all(AlertRecord)[0].id
        at, officer = Ms(self.now + MINUTE_MS), self.people["officer"]
        again = DecisionRecord(self.id(), alert, DecisionOutcome.NOT_A_MATCH, "A second look.", officer, at)
        self.act(Verb.ALERT_DECIDED, "officer", self.row(again), alert=alert, decision=again.id)


@pytest.mark.parametrize(
    ("world", "code", "words"),
    [
        (RecordedLate, "act-not-logged", "No entry instrument.recorded of this"),
        (DecidedTwice, "decided-twice", "decided more than once"),
    ],
)
def test_an_act_comes_too_late_or_twice(world: type[Forge], code: str, words: str) -> None:
    fails(world().build(), Name.AUTHORISED, code, words)


@pytest.mark.parametrize("commit", [None, NOTHING])
@pytest.mark.parametrize("verb", [Verb.ALERT_DECIDED, Verb.NOTICE_SERVED])
def test_what_makes_a_record_is_said_once_more_and_that_changes_nothing(verb: Verb, commit: Digest | None) -> None:
    """Else one such entry by a taken console, in the officer's name, would end every bundle of the case."""
    kind = {Verb.ALERT_DECIDED: DecisionRecord.KIND, Verb.NOTICE_SERVED: NoticeRecord.KIND}[verb]

    class Again(Forge):
        def end_licence(self) -> None:  # before the second profile, which rests on the notice
            super().end_licence()
            self.again()

        def erase(self) -> None:
            super().erase()
            self.again()

        def again(self) -> None:
            for line in [line.entry for line in self.lines if line.entry.verb is verb]:
                said = [replace(one, commit=commit or one.commit) for one in line.touched if one.table == kind]
                self.act(verb, "officer", *said, alert=line.alert, decision=line.decision)

    holds(Again().build())


# --- what was erased ------------------------------------------------------------------------------------------------------


class Erasing(Forge):
    """A world in which the log says of every batch that it was erased, and each row that no exhibit was sealed of is called so."""

    who, outcome, early = "vault", EntryOutcome.ALLOWED, False

    def row(self, record: Any) -> Touched:
        """`early`: the erasure is said before the batch was received."""
        touched = super().row(record)
        if self.early and isinstance(record, BatchRecord):
            self.said = {**getattr(self, "said", {}), record.id: self.disposed(touched)}
        return touched

    def disposed(self, batch: Touched) -> int:
        return self.act(Verb.DISPOSED, self.who, batch, reason="key-destroyed", outcome=self.outcome)

    def erase(self) -> None:
        sealed = {exhibit.leaf for exhibit in self.all(ExhibitRecord)}
        for batch in self.all(BatchRecord):
            [epoch] = [one for one in self.epochs if one.id == batch.epoch]
            number = self.said[batch.id] if self.early else self.disposed(super().row(batch))
            for n in range(batch.first, batch.size):
                held = n not in epoch.accounts or epoch.accounts[n][0] is not LeafAccount.REFUSED
                is_kept = LeafPlace(self.device, epoch.id, n) in sealed or not isinstance(
                    epoch.leaves[n], DisclosureLeaf
                )
                if held and not is_kept:
                    epoch.accounts[n] = (LeafAccount.ERASED, "key-destroyed", number)


def test_what_the_vault_erased_is_erased_but_for_what_an_exhibit_keeps() -> None:
    verdict = holds(Erasing().build())
    assert (verdict.counts.shown, verdict.counts.erased, verdict.counts.exhibits) == (1, 8, 1)


@pytest.mark.parametrize(
    ("who", "outcome", "early"),
    [
        ("officer", EntryOutcome.ALLOWED, False),
        ("service", EntryOutcome.ALLOWED, False),
        ("vault", EntryOutcome.DENIED, False),
        ("officer", EntryOutcome.DENIED, False),
        ("vault", EntryOutcome.ALLOWED, True),
    ],
)
@proves("S89", is_done, disabled=lambda entry: entry.outcome.value == "allowed")
def test_what_is_held_is_called_erased_though_the_vault_erased_nothing_of_it(
    who: str, outcome: EntryOutcome, early: bool
) -> None:
    forged = built(Erasing, who=who, outcome=outcome, early=early)
    fails(forged, Name.CONTINUOUS, "erasure-not-logged", "no entry of the vault's erased it")


@pytest.mark.parametrize(("after", "why"), [(LeafAccount.WITHHELD, "privilege"), (LeafAccount.SHOWN, None)])
def test_what_was_erased_is_called_withheld_or_shown(after: LeafAccount, why: str | None) -> None:
    payload = called(after, why, LeafAccount.ERASED)
    refused(Name.CONTINUOUS, "erased-left-out", "rows of it say otherwise", payload=payload)


def test_what_was_refused_is_called_withheld_and_the_receipt_withholds_that_it_was() -> None:
    def bend(payload: dict[str, bytes]) -> dict[str, bytes]:
        payload = called(LeafAccount.WITHHELD, "privilege", LeafAccount.REFUSED)(payload)
        run = loaded(layout.CaseRun, payload[layout.RUN])
        [at] = [n for n, line in enumerate(run.entries) if line.entry and b"out-of-period 1" in line.entry.values]
        payload[layout.RUN] = codec.dump(without_reason(run, at))
        return payload

    refused(Name.CONTINUOUS, "receipt-hidden", "withholds what of the batch", payload=bend)
