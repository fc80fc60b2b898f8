"""Decisions that take the place of others: who corrected them, when, and what stays of the earlier one (R-AI-5, R-EVD-21)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.access.roles import Role
from offmon.core.bundle import layout
from offmon.core.bundle.count import Counts
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.core.log import records
from offmon.core.log.audit import AuditEntry, Verb
from offmon.core.log.records import DecisionRecord
from offmon.verify.app import judge
from offmon.verify.verdict import Name
from tests.support.forge import Forge
from tests.support.tamper import caught, honest, refused

OTHER = Id("e" * 32)


class Late(Forge):
    """A world in which the decision is corrected two days later."""

    def correct(self, *given: Any) -> None:
        self.wait(2 * DAY_MS)
        super().correct(*given)


def as_supervisor(entry: AuditEntry) -> AuditEntry:
    corrects = entry.verb is Verb.DECISION_CORRECTED
    return replace(entry, actor=replace(entry.actor, role=Role.SUPERVISOR)) if corrects else entry


def of_another_agency(entry: AuditEntry) -> AuditEntry:
    made = as_supervisor(entry)
    return made if made is entry else replace(made, actor=replace(made.actor, agency=OTHER))


def counts(forge: Forge) -> Counts:
    """What the verifier counts of a world in which nothing is wrong."""
    forged = forge.build()
    verdict = judge(forged.bundle(), forged.trust)
    assert verdict.exit == 0, [(check.name, check.reasons) for check in verdict.checks]
    return verdict.counts


def test_a_correction_counts_and_the_earlier_decision_stays() -> None:
    found = counts(Forge())
    assert (found.alerts, found.rejected, found.undecided, found.corrected) == (3, 1, 1, 1)
    assert (found.actions, found.actions_open, found.actions_cancelled, found.unfollowed) == (2, 1, 1, 0)
    kept = counts(Forge(cancelled=lambda _: None))
    assert (kept.actions, kept.actions_open, kept.actions_cancelled) == (2, 2, 0)


def test_a_supervisor_corrects_later_and_anybody_elses() -> None:
    supervisor = honest().forge.people["approver"]
    assert counts(Late(entry=as_supervisor)).corrected == 1
    by_another = Late(
        entry=as_supervisor, correction=lambda one: replace(one, decided_by=supervisor), corrector=lambda _: "approver"
    )
    assert counts(by_another).corrected == 1


@pytest.mark.parametrize("entry", [lambda one: one, of_another_agency])
def test_the_decider_corrects_after_more_than_a_day(entry: Callable[[AuditEntry], AuditEntry]) -> None:
    forged = Late(entry=entry).build()
    caught(forged.bundle(), forged.trust, Name.AUTHORISED, "not-yours-to-correct", "within a day")


def test_a_colleague_corrects() -> None:
    colleague = honest().forge.people["confirmer"]
    bends = {"correction": lambda one: replace(one, decided_by=colleague), "corrector": lambda _: "confirmer"}
    refused(Name.AUTHORISED, "not-yours-to-correct", "within a day", **bends)


@pytest.mark.parametrize(
    ("change", "verb", "code"),
    [
        ({"corrects": None, "why_corrected": None}, Verb.DECISION_CORRECTED, "act-not-logged"),
        ({"corrects": None, "why_corrected": None}, Verb.ALERT_DECIDED, "decided-twice"),
        ({"why_corrected": " "}, Verb.DECISION_CORRECTED, "no-correction"),
        ({"corrects": OTHER}, Verb.DECISION_CORRECTED, "record-left-out"),
    ],
)
def test_a_second_decision_that_corrects_none(change: dict[str, Any], verb: Verb, code: str) -> None:
    forged = Forge(correction=lambda one: replace(one, **change), corrected_by=lambda _: verb).build()
    verdict = judge(forged.bundle(), forged.trust)
    assert code in {reason.code for reason in verdict.check(Name.AUTHORISED).reasons}


@pytest.mark.parametrize("change", [{"cancelled_in": OTHER}, {"cancelled_reason": " "}, {"done_at": Ms(1)}])
def test_a_task_that_no_correction_cancels(change: dict[str, Any]) -> None:
    forged = Forge(cancelled=lambda one: replace(one, **change)).build()
    codes = {reason.code for reason in judge(forged.bundle(), forged.trust).check(Name.CONTINUOUS).reasons}
    assert codes & {"not-cancelled", "record-left-out"}


def test_the_superseded_decision_is_left_out() -> None:
    forged = honest()
    [earlier] = [one for one in forged.forge.all(DecisionRecord) if one.outcome == "visit"]
    del forged.payload[layout.record_path(DecisionRecord.KIND, earlier.id)]
    caught(forged.bundle(), forged.trust, Name.CONTINUOUS, "record-left-out", "not in the bundle")


class Seen(Forge):
    """A world in which somebody was shown a disclosure of the first alert before it was decided, and no reason is given why not."""

    def __init__(self, who: str, **given: Any) -> None:
        super().__init__(decision=lambda one: replace(one, unseen_reason=None), **given)
        self.who = who

    def act(self, verb: Verb, who: str, *touched: Any, **more: Any) -> int:
        if verb is Verb.ALERT_DECIDED:
            super().act(Verb.CONTENT_REVEALED, self.who, alert=more["alert"], reason="To see it.")
        return super().act(verb, who, *touched, **more)


def test_an_outcome_with_consequences_rests_on_a_look_at_content_or_a_reason() -> None:
    assert counts(Seen("officer")).alerts == 3
    forged = Seen("confirmer").build()  # a colleague's look
    caught(forged.bundle(), forged.trust, Name.AUTHORISED, "content-not-seen", "say why not")
    refused(Name.AUTHORISED, "content-not-seen", "say why not", decision=lambda one: replace(one, unseen_reason=None))
    refused(Name.AUTHORISED, "content-not-seen", "say why not", decision=lambda one: replace(one, unseen_reason=" "))


class Kept(Forge):
    """A world in which the correction leaves the task alone, and something else is said of it before or afterwards."""

    def __init__(self, before: Verb | None = None, after: Verb | None = None, *, cancels: bool = False) -> None:
        super().__init__(cancelled=(lambda one: one) if cancels else (lambda _: None))
        self.before, self.after, self.cancels = before, after, cancels

    def correct(self, decision: DecisionRecord, action: records.ActionRecord) -> None:
        texts: dict[str, Any] = {"outside_reference": "V/1", "outcome": "Spoke to them."}
        if self.before is not None:
            done = replace(action, done_by=action.owner, done_at=Ms(self.now + 60_000), **texts)
            self.act(self.before, "officer", self.row(done))
        super().correct(decision, action)
        if self.after is not None:
            by = self.all(DecisionRecord)[-1].id
            cancelled = replace(action, cancelled_in=by, cancelled_reason="No match.")
            self.act(self.after, "officer", self.row(action if self.cancels else cancelled))


@pytest.mark.parametrize(
    ("world", "code"),
    [
        (Kept(after=Verb.ACTION_WELFARE), "not-cancelled"),
        (Kept(after=Verb.DECISION_CORRECTED), "not-cancelled"),
        (Kept(before=Verb.ACTION_DONE, cancels=True), "task-taken-back"),
        (Kept(after=Verb.ACTION_WELFARE, cancels=True), "not-cancelled"),
    ],
    ids=["by another act", "by a later entry", "though it was done", "and is open again"],
)
def test_a_task_is_cancelled_as_the_log_does_not_say(world: Forge, code: str) -> None:
    forged = world.build()
    found = judge(forged.bundle(), forged.trust).check(Name.CONTINUOUS).reasons
    assert code in {reason.code for reason in found}


class RefusedFirst(Forge):
    """A world in which one person refused what another then approves."""

    def act(self, verb: Verb, who: str, *touched: Any, **more: Any) -> int:
        if verb is Verb.EXPORT_APPROVED:
            super().act(Verb.EXPORT_REFUSED, "confirmer", *touched)
        return super().act(verb, who, *touched, **more)


def test_an_export_leaves_that_a_second_person_refused() -> None:
    forged = RefusedFirst().build()
    caught(forged.bundle(), forged.trust, Name.AUTHORISED, "export-refused", "a second person refused this")


class DoneLater(Forge):
    """A world in which a task is done after the payload was built, and before another approves it."""

    def act(self, verb: Verb, who: str, *touched: Any, **more: Any) -> int:
        if verb is Verb.EXPORT_APPROVED:
            [task] = [one for one in self.all(records.ActionRecord) if one.is_open]
            done = replace(
                task, done_by=task.owner, done_at=Ms(self.now + 60_000), outcome="Done.", outside_reference="V/1"
            )
            super().act(Verb.ACTION_DONE, "officer", self.row(done))
        return super().act(verb, who, *touched, **more)


def test_a_task_that_is_done_after_the_payload_was_built_is_no_fault_of_it() -> None:
    assert counts(DoneLater()).actions_open == 1
