"""Records that name people whom the log does not: all signed, logged and witnessed in time (formats §9, *authorised*; R-LEG-24)."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.access.roles import Role
from offmon.core.authority.bases import Basis
from offmon.core.authority.order import Instrument, Term
from offmon.core.authority.profile import Controller, Profile
from offmon.core.clock import DAY_MS, MINUTE_MS, Period
from offmon.core.ids import Id, Ms
from offmon.core.log.attribution import check_act, check_not_stopped
from offmon.core.log.audit import AuditEntry, EntryOutcome, Touched, Verb
from offmon.core.log.records import AlertRecord, AuthorisationRecord, DeploymentRecord
from offmon.core.states import DeploymentState
from offmon.verify.verdict import Name
from tests.prove.markers import proves
from tests.support.forge import Forge
from tests.support.tamper import fails, having, holds, honest, refused
from tests.support.world import ROLE

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


def as_drafted(one: AuthorisationRecord) -> AuthorisationRecord:
    return replace(one, authorised_by=one.drafted_by)


@pytest.mark.parametrize(
    ("code", "words", "bends"),
    [
        ("one-person", "needs a second person", {"authorisation": as_drafted}),
        ("one-person", "Exporting needs a second person", {"approver": lambda _: "officer"}),
        ("act-not-logged", "No entry export.approved of this", {"entry": of(Verb.EXPORT_APPROVED, denied)}),
        ("not-a-person", "was the act of a process", {"approver": lambda _: "service"}),
    ],
    ids=["drafts and authorises", "asks for the export and approves it", "nobody approves it", "a process approves it"],
)
def test_there_is_no_second_person(code: str, words: str, bends: dict[str, Any]) -> None:
    refused(Name.AUTHORISED, code, words, **bends)


def test_a_process_decides_and_the_record_says_so() -> None:
    bends = {"decision": having(decided_by=honest().forge.service), "entry": of(Verb.ALERT_DECIDED, by_a_process)}
    refused(Name.AUTHORISED, "not-a-person", "was the act of a process", **bends)


BY_PEOPLE = (
    *(Verb.TERM_RECORDED, Verb.TERM_CONFIRMED, Verb.DEPLOYMENT_DRAFTED, Verb.DEPLOYMENT_AUTHORISED),
    *(Verb.NOTICE_SERVED, Verb.ALERT_DECIDED, Verb.EXPORT_ASKED, Verb.EXPORT_APPROVED),
)


@pytest.mark.parametrize("verb", BY_PEOPLE)
def test_it_is_done_in_a_role_that_does_not_include_it(verb: Verb) -> None:
    said = f"{verb.value} was done in a role that does not include it"
    refused(Name.AUTHORISED, "not-permitted", said, entry=of(verb, as_who_keeps_accounts))


@pytest.mark.parametrize("who", ["officer", "service"])
def test_another_than_the_vault_lets_the_bundle_leave_or_opens_it(who: str) -> None:
    """Nor another process: the database lets no role but the vault's write an entry in the vault's name, and any of ours in another's."""
    refused(Name.AUTHENTIC, "not-the-vault", "it was not the vault", exporter=lambda _: who)
    refused(Name.AUTHORISED, "built-too-early", "before the vault opened anything", opener=lambda _: who)


class Widened(Forge):
    """A world in which a term is changed after it was confirmed, with an entry that says it was only recorded."""

    def authorise(self) -> None:
        term = self.all(Term)[0]
        self.act(Verb.TERM_RECORDED, "recorder", self.row(replace(term, person_text="Do not visit any site.")))
        super().authorise()


class TakenBack(Forge):
    """A world in which the end of the licence is taken back, with an entry that says it was only looked at."""

    def end_licence(self) -> None:
        licence = next(one for one in self.all(Instrument) if one.basis is Basis.LICENCE)
        super().end_licence()
        self.act(Verb.CASE_CONSULTED, "officer", self.row(licence))


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


def test_an_entry_is_of_another_alert_than_the_decision() -> None:
    undecided = honest().forge.all(AlertRecord)[-1].id
    swapped = of(Verb.ALERT_DECIDED, having(alert=undecided))
    refused(Name.AUTHORISED, "act-of-another", "it was another alert that was decided", entry=swapped)


class Narrowed(Forge):
    """A world in which two people later authorise less, before the second profile. `rests_on`: what a profile goes by."""

    def end_licence(self) -> None:
        super().end_licence()
        [first] = self.all(AuthorisationRecord)
        self.agree(first.choices[:1])


class SaidAgain(Narrowed):
    """And what was replaced is said once more."""

    def end_licence(self) -> None:
        super().end_licence()
        lines = (line.entry for line in self.lines if line.entry.verb is Verb.DEPLOYMENT_AUTHORISED)
        [again, *_] = (touched for line in lines for touched in line.touched)
        self.act(Verb.DEPLOYMENT_AUTHORISED, "authoriser", again)


def test_a_profile_rests_on_the_newest_authorisation_and_on_none_that_was_replaced() -> None:
    holds(Narrowed().build())
    for world in (Narrowed, SaidAgain):
        wide = world(rests_on=lambda known: known[:1]).build()
        fails(wide, Name.AUTHORISED, "superseded", "took the place of this one")


class RefusedDraft(Forge):
    """A world in which a second person refused the draft, and profiles are signed by it all the same."""

    def end_licence(self) -> None:
        super().end_licence()
        [first] = self.all(AuthorisationRecord)
        self.act(Verb.DEPLOYMENT_REFUSED, "authoriser", self.row(first))


class WithdrawnDraft(Forge):
    """A world in which whoever drafted it withdrew the draft, and profiles are signed by it all the same."""

    def end_licence(self) -> None:
        super().end_licence()
        [first] = self.all(AuthorisationRecord)
        self.act(Verb.DEPLOYMENT_WITHDRAWN, "drafter", self.row(first))


class RefusedBeside(Forge):
    """A world in which a second person refused another draft, on which nothing rests."""

    def end_licence(self) -> None:
        super().end_licence()
        [first] = self.all(AuthorisationRecord)
        draft = AuthorisationRecord(
            self.id(), first.deployment, first.choices[:1], first.drafted_by, None, None, None, None, None, None
        )
        self.act(Verb.DEPLOYMENT_DRAFTED, "drafter", self.row(draft))
        self.act(Verb.DEPLOYMENT_REFUSED, "authoriser", self.row(draft))


def test_a_profile_rests_on_a_draft_that_a_second_person_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROLE, Verb.DEPLOYMENT_REFUSED, ROLE[Verb.DEPLOYMENT_AUTHORISED])
    holds(RefusedBeside(rests_on=lambda known: known[:1]).build())
    fails(RefusedDraft().build(), Name.AUTHORISED, "authorisation-refused", "a second person refused this")


def test_a_profile_rests_on_a_draft_that_was_withdrawn() -> None:
    fails(WithdrawnDraft().build(), Name.AUTHORISED, "authorisation-withdrawn", "this was withdrawn")


@proves("S86", check_not_stopped, disabled=lambda authorisation, deployment, log: None)
def test_a_profile_is_signed_after_monitoring_was_stopped() -> None:
    """Where no trigger stands in the way: the log says that somebody moved it on, and a signature came later."""

    class Stopped(Forge):
        def end_licence(self) -> None:
            super().end_licence()
            [monitoring] = self.all(DeploymentRecord)
            self.act(Verb.DEPLOYMENT_MOVED, "officer", self.row(replace(monitoring, state=DeploymentState.ENDED)))

    fails(Stopped().build(), Name.AUTHORISED, "monitoring-stopped", "stopped")


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


@pytest.mark.parametrize(
    ("world", "code", "words"),
    [
        (Widened, "changed-after", "it was changed since"),
        (TakenBack, "changed-after", "this order was ended"),
        (ConfirmedLate, "act-not-logged", "before what rests on it"),
        (Renewed, "grants-differ", "than its orders and choices allow"),
    ],
)
def test_a_profile_rests_on_what_the_log_does_not_bear(world: type[Forge], code: str, words: str) -> None:
    fails(world().build(), Name.AUTHORISED, code, words)


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
    holds(Emptied(profile=nothing).build())
    fails(Emptied().build(), Name.AUTHORISED, "superseded", "took the place of this one")


def too_long(profile: Profile) -> Profile:
    since = profile.lease.since
    return replace(profile, lease=Period(since, Ms(since + 31 * DAY_MS)))


@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("lease-too-long", "at most 30 days", too_long),
        ("deployment-differs", "or delays otherwise", having(delay_days=28)),
        ("person-not-told-so", "other terms or controllers", having(controllers=(Controller(NOBODY, "None", "0"),))),
    ],
)
def test_it_is_the_device_s_own_all_the_same(code: str, words: str, change: Callable[[Profile], Profile]) -> None:
    forged = Emptied(profile=lambda one: change(nothing(one)) if one.version == 3 else one).build()
    fails(forged, Name.AUTHORISED, code, words)
