"""Records that name people whom the log does not: all signed, logged and witnessed in time (formats §9, *authorised*; R-LEG-24)."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.access.roles import Role
from offmon.core.authority.order import Basis, Instrument, Term
from offmon.core.authority.profile import Controller, Profile
from offmon.core.clock import DAY_MS, MINUTE_MS, Period
from offmon.core.ids import Id, Ms
from offmon.core.log.attribution import check_act, check_not_stopped
from offmon.core.log.audit import AuditEntry, EntryOutcome, Touched, Verb
from offmon.core.log.records import AlertRecord, AuthorisationRecord, DeploymentRecord
from offmon.core.states import DeploymentState
from offmon.verify.app import judge
from offmon.verify.verdict import Name
from tests.prove.markers import proves
from tests.support.forge import Forge
from tests.support.tamper import caught, honest, refused

NOBODY = Id("e" * 32)


def of(verb: Verb, change: Callable[[AuditEntry], AuditEntry]) -> Callable[[AuditEntry], AuditEntry]:
    """A bend of the entries of one verb."""
    return lambda entry: change(entry) if entry.verb is verb else entry


def by(who: str) -> Callable[[AuditEntry], AuditEntry]:
    """The entry is another person's act."""
    return lambda entry: replace(entry, actor=replace(entry.actor, id=honest().forge.people[who]))


def by_a_process(entry: AuditEntry) -> AuditEntry:
    [process] = {line.entry.actor for line in honest().forge.lines if line.entry.verb is Verb.BATCH_RECEIVED}
    return replace(entry, actor=process)


def as_who_keeps_accounts(entry: AuditEntry) -> AuditEntry:
    """The same person, of staff, in a role that does no such thing."""
    return replace(entry, actor=replace(entry.actor, role=Role.TENANT_ADMIN))


def denied(entry: AuditEntry) -> AuditEntry:
    return replace(entry, outcome=EntryOutcome.DENIED)


def looked(entry: AuditEntry) -> AuditEntry:
    return replace(entry, verb=Verb.CASE_CONSULTED, operation=Verb.CASE_CONSULTED.operation)


@pytest.mark.parametrize(
    ("verb", "change", "code", "words"),
    [
        (Verb.TERM_RECORDED, by("confirmer"), "act-of-another", "term.recorded was another's act"),
        (Verb.TERM_CONFIRMED, by("recorder"), "act-of-another", "term.confirmed was another's act"),
        (Verb.TERM_CONFIRMED, looked, "act-not-logged", "No entry term.confirmed of this"),
        (Verb.TERM_CONFIRMED, denied, "act-not-logged", "No entry term.confirmed of this"),
        (Verb.DEPLOYMENT_DRAFTED, by("authoriser"), "act-of-another", "deployment.drafted was another's act"),
        (Verb.DEPLOYMENT_AUTHORISED, by("drafter"), "act-of-another", "deployment.authorised was another's act"),
        (Verb.DEPLOYMENT_AUTHORISED, denied, "act-not-logged", "No entry deployment.authorised of this"),
        (Verb.NOTICE_SERVED, by("drafter"), "act-of-another", "notice.served was another's act"),
        (Verb.ALERT_DECIDED, by_a_process, "act-of-another", "alert.decided was another's act"),
        (Verb.ALERT_DECIDED, denied, "act-not-logged", "No entry alert.decided of this"),
        (Verb.EXPORT_ASKED, by("drafter"), "act-of-another", "export.asked was another's act"),
    ],
)
def test_the_log_says_another_than_the_record(
    verb: Verb, change: Callable[[AuditEntry], AuditEntry], code: str, words: str
) -> None:
    refused(Name.AUTHORISED, code, words, entry=of(verb, change))


def by_whom_it_says(log: Iterable[AuditEntry], verb: Verb, row: Touched, by: Id | None, *, final: bool) -> AuditEntry:
    entry = next(one for one in log if one.verb is verb)
    return replace(entry, actor=replace(entry.actor, id=by or entry.actor.id))


@pytest.mark.parametrize(
    ("record", "field", "words"),
    [
        ("term", "confirmed_by", "term.confirmed was another's act"),
        ("authorisation", "authorised_by", "deployment.authorised was another's act"),
        ("notice", "served_by", "notice.served was another's act"),
        ("decision", "decided_by", "alert.decided was another's act"),
    ],
)
@proves("S74", check_act, disabled=by_whom_it_says)
def test_a_record_names_somebody_whom_the_log_never_does(record: str, field: str, words: str) -> None:
    refused(Name.AUTHORISED, "act-of-another", words, **{record: lambda one: replace(one, **{field: NOBODY})})


def test_one_person_drafts_and_authorises() -> None:
    refused(
        Name.AUTHORISED,
        "one-person",
        "needs a second person",
        authorisation=lambda one: replace(one, authorised_by=one.drafted_by),
    )


def test_one_person_asks_for_the_export_and_approves_it() -> None:
    refused(Name.AUTHORISED, "one-person", "Exporting needs a second person", approver=lambda _: "officer")


def test_nobody_approves_the_export() -> None:
    refused(
        Name.AUTHORISED, "act-not-logged", "No entry export.approved of this", entry=of(Verb.EXPORT_APPROVED, denied)
    )


def test_a_process_approves_the_export() -> None:
    refused(Name.AUTHORISED, "not-a-person", "was the act of a process", approver=lambda _: "service")


def test_a_process_decides_and_the_record_says_so() -> None:
    process = honest().forge.service
    refused(
        Name.AUTHORISED,
        "not-a-person",
        "was the act of a process",
        decision=lambda one: replace(one, decided_by=process),
        entry=of(Verb.ALERT_DECIDED, by_a_process),
    )


@pytest.mark.parametrize(
    "verb",
    [
        Verb.TERM_RECORDED,
        Verb.TERM_CONFIRMED,
        Verb.DEPLOYMENT_DRAFTED,
        Verb.DEPLOYMENT_AUTHORISED,
        Verb.NOTICE_SERVED,
        Verb.ALERT_DECIDED,
        Verb.EXPORT_ASKED,
        Verb.EXPORT_APPROVED,
    ],
)
def test_it_is_done_in_a_role_that_does_not_include_it(verb: Verb) -> None:
    said = f"{verb.value} was done in a role that does not include it"
    refused(Name.AUTHORISED, "not-permitted", said, entry=of(verb, as_who_keeps_accounts))


@pytest.mark.parametrize(("verb", "bend"), [(Verb.EXPORTED, "exporter"), (Verb.EXPORT_OPENED, "opener")])
@pytest.mark.parametrize("who", ["officer", "service"])
def test_another_than_the_vault_lets_the_bundle_leave_or_opens_it(verb: Verb, bend: str, who: str) -> None:
    """Nor another process: the database lets no role but the vault's write an entry in the vault's name, and any of ours in another's."""
    if verb is Verb.EXPORTED:
        refused(Name.AUTHENTIC, "not-the-vault", "it was not the vault", **{bend: lambda _: who})
    else:
        refused(Name.AUTHORISED, "built-too-early", "before the vault opened anything", **{bend: lambda _: who})


class Widened(Forge):
    """A world in which a term is changed after it was confirmed, with an entry that says it was only recorded."""

    def authorise(self) -> None:
        term = self.all(Term)[0]
        self.act(Verb.TERM_RECORDED, "recorder", self.row(replace(term, person_text="Do not visit any site.")))
        super().authorise()


def test_a_term_is_changed_after_it_was_confirmed() -> None:
    forged = Widened().build()
    caught(forged.bundle(), forged.trust, Name.AUTHORISED, "changed-after", "it was changed afterwards")


class TakenBack(Forge):
    """A world in which the end of the licence is taken back, with an entry that says it was only looked at."""

    def end_licence(self) -> None:
        licence = next(one for one in self.all(Instrument) if one.basis is Basis.LICENCE)
        super().end_licence()
        self.act(Verb.CASE_CONSULTED, "officer", self.row(licence))


def test_the_end_of_an_order_is_taken_back() -> None:
    forged = TakenBack().build()
    caught(forged.bundle(), forged.trust, Name.AUTHORISED, "changed-after", "this order was ended")


class ConfirmedLate(Forge):
    """A world in which a profile is signed on a term that was confirmed afterwards, though the record gives an earlier time."""

    def act(self, verb: Verb, who: str, *touched: Any, **more: Any) -> int:
        if verb is Verb.TERM_CONFIRMED:
            self.put_off = [*getattr(self, "put_off", []), (who, touched)]
            return -1
        number = super().act(verb, who, *touched, **more)
        if verb is Verb.PROFILE_SIGNED:
            for one, rows in self.put_off:
                super().act(Verb.TERM_CONFIRMED, one, *rows)
            self.put_off = []
        return number


def test_a_term_is_confirmed_after_the_signature_that_rests_on_it() -> None:
    forged = ConfirmedLate().build()
    caught(forged.bundle(), forged.trust, Name.AUTHORISED, "act-not-logged", "before what rests on it")


def test_an_entry_is_of_another_alert_than_the_decision() -> None:
    undecided = honest().forge.all(AlertRecord)[-1].id
    swapped = of(Verb.ALERT_DECIDED, lambda entry: replace(entry, alert=undecided))
    refused(Name.AUTHORISED, "act-of-another", "it was another alert that was decided", entry=swapped)


class Narrowed(Forge):
    """A world in which two people later authorise less, before the second profile."""

    def end_licence(self) -> None:
        super().end_licence()
        [first] = self.all(AuthorisationRecord)
        self.agree(first.choices[:1])


def test_a_profile_rests_on_the_newest_authorisation_and_on_none_that_was_replaced() -> None:
    narrowed = Narrowed().build()
    assert judge(narrowed.bundle(), narrowed.trust).exit == 0
    wide = Narrowed(rests_on=lambda known: known[:1]).build()
    caught(wide.bundle(), wide.trust, Name.AUTHORISED, "superseded", "took the place of this one")


def test_a_replaced_authorisation_that_is_said_once_more_stays_replaced() -> None:
    class SaidAgain(Narrowed):
        def end_licence(self) -> None:
            super().end_licence()
            [again, *_] = (
                touched
                for line in self.lines
                if line.entry.verb is Verb.DEPLOYMENT_AUTHORISED
                for touched in line.entry.touched
            )
            self.act(Verb.DEPLOYMENT_AUTHORISED, "authoriser", again)

    wide = SaidAgain(rests_on=lambda known: known[:1]).build()
    caught(wide.bundle(), wide.trust, Name.AUTHORISED, "superseded", "took the place of this one")


@proves("S86", check_not_stopped, disabled=lambda authorisation, deployment, log: None)
def test_a_profile_is_signed_after_monitoring_was_stopped() -> None:
    """Where no trigger stands in the way: the log says that somebody moved it on, and a signature came later."""

    class Stopped(Forge):
        def end_licence(self) -> None:
            super().end_licence()
            [monitoring] = self.all(DeploymentRecord)
            self.act(Verb.DEPLOYMENT_MOVED, "officer", self.row(replace(monitoring, state=DeploymentState.ENDED)))

    forged = Stopped().build()
    caught(forged.bundle(), forged.trust, Name.AUTHORISED, "monitoring-stopped", "stopped")


class Renewed(Forge):
    """A world in which a newer order was made before the first profile, and a signer that goes by the older all the same."""

    def orders(self) -> None:
        super().orders()
        older = next(one for one in self.all(Instrument) if one.basis is Basis.SHPO_SC)
        newer = replace(older, id=self.id(), made_on="2026-01-16")
        self.act(Verb.INSTRUMENT_RECORDED, "recorder", self.row(newer))
        term = replace(self.all(Term)[0], id=self.id(), instrument=newer.id, confirmed_by=None, confirmed_at=None)
        self.act(Verb.TERM_RECORDED, "recorder", self.row(term))
        at = Ms(self.now + MINUTE_MS)
        confirmed = replace(term, confirmed_by=self.people["confirmer"], confirmed_at=at)
        self.unseen = {newer.id, term.id}
        self.act(Verb.TERM_CONFIRMED, "confirmer", self.row(confirmed))

    def all[T](self, cls: type[T]) -> list[T]:
        unseen: set[Id] = getattr(self, "unseen", set())
        return [one for one in super().all(cls) if getattr(one, "id", None) not in unseen]


def test_a_profile_rests_on_an_order_that_a_newer_one_had_ended() -> None:
    forged = Renewed().build()
    caught(forged.bundle(), forged.trust, Name.AUTHORISED, "grants-differ", "than its orders and choices allow")


def nothing(profile: Profile) -> Profile:
    """The third without a grant, the others as they are."""
    empty = replace(profile, grants=(), person_texts=(), controllers=())
    return empty if profile.version == 3 else profile


class Emptied(Narrowed):
    """A world in which the last profile was signed after two people had replaced what it names, and after monitoring was stopped."""

    def triage(self) -> None:
        [monitoring] = self.all(DeploymentRecord)
        self.act(Verb.DEPLOYMENT_MOVED, "officer", self.row(replace(monitoring, state=DeploymentState.ENDED)))
        self.bends["rests_on"] = lambda known: known[:1]
        self.issue()
        super().triage()


def test_a_profile_without_grants_rests_on_nothing() -> None:
    """Where what a device goes by has ended and the next may not be signed, the next grants nothing: whatever else is not so (S107)."""
    emptied = Emptied(profile=nothing).build()
    assert judge(emptied.bundle(), emptied.trust).exit == 0
    stopped = Emptied().build()
    caught(stopped.bundle(), stopped.trust, Name.AUTHORISED, "superseded", "took the place of this one")


def too_long(profile: Profile) -> Profile:
    since = profile.lease.since
    return replace(profile, lease=Period(since, Ms(since + 31 * DAY_MS)))


@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("lease-too-long", "at most 30 days", too_long),
        ("deployment-differs", "or delays otherwise", lambda one: replace(one, delay_days=28)),
        (
            "person-not-told-so",
            "other terms or controllers",
            lambda one: replace(one, controllers=(Controller(NOBODY, "None", "0"),)),
        ),
    ],
)
def test_it_is_the_device_s_own_all_the_same(code: str, words: str, change: Callable[[Profile], Profile]) -> None:
    forged = Emptied(profile=lambda one: change(nothing(one)) if one.version == 3 else one).build()
    caught(forged.bundle(), forged.trust, Name.AUTHORISED, code, words)
