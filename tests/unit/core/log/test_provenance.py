"""Which acts write a record, and the time that it gives for them (formats §7, §9; S87, S88, S89)."""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

import pytest

from offmon.core.access.roles import Role
from offmon.core.alerts.acknowledgement import HandoverRecord, Holder
from offmon.core.clock import MINUTE_MS
from offmon.core.formats.commitment import Unfit
from offmon.core.ids import Digest, Id, Ms, Slug
from offmon.core.log import provenance
from offmon.core.log.audit import LEAF, SIGNER, VAULT, AuditEntry, EntryOutcome, Touched, Verb
from offmon.core.log.provenance import BY_PROCESSES, KINDS, RECORDS, WITHIN_MS, newest
from offmon.core.log.records import AlertRecord, DecisionRecord, DeviceRecord, ExportRecord
from tests.unit.core.log.test_attribution import RECORDER, entry, ident
from tests.unit.core.samples import ALERT, code_of

ONE, OTHER = Digest("1" * 64), Digest("2" * 64)
BY_STAFF: dict[str, Any] = {"role": Role.OFFENDER_MANAGER}
TRIED: dict[str, Any] = {"outcome": EntryOutcome.DENIED}
AT = Ms(100 * MINUTE_MS)


def row(kind: str, commit: Digest = ONE) -> Touched:
    return Touched(Slug(kind), ident("1"), commit)


def run(*entries: AuditEntry) -> Iterable[tuple[int, AuditEntry]]:
    return enumerate(entries)


def said(verb: Verb, kind: str, commit: Digest = ONE, **fields: Any) -> AuditEntry:
    """By whom it can be: a process where none but a process does it, and the vault where none but the vault."""
    role = Role.SERVICE if verb in BY_PROCESSES else Role.OFFENDER_MANAGER
    return entry(verb, BY_PROCESSES.get(verb) or RECORDER, row(kind, commit), **({"role": role} | fields))


ASKED = said(Verb.PROFILE_ASKED, "profile")


def test_each_kind_that_a_bundle_accounts_for_is_written_by_some_act_and_each_time_is_of_one_of_them() -> None:
    assert len(KINDS) == len(RECORDS)
    for record in RECORDS:
        acts, known = record.RECORD, {field.name for field in fields(record)}
        assert acts.made
        assert all(time.field in known and time.verbs <= acts.made | acts.changed for time in acts.times)
        assert acts.closed.keys() <= acts.withholds.keys() <= known


@pytest.mark.parametrize("kind", [*KINDS, "leaf", "journal"])
def test_a_record_is_made_and_changed_by_its_own_acts_alone(kind: str) -> None:
    """Deny by default: what is in no table writes nothing."""
    acts = KINDS.get(kind)
    for verb in Verb:
        makes, changes = acts is not None and verb in acts.made, acts is not None and verb in acts.changed
        assert (newest(run(said(verb, kind))) != {}) is (makes or changes), verb
        if acts is not None:
            maker = min(acts.made, key=list(Verb).index)
            [(_, commit)] = newest(run(said(maker, kind), said(verb, kind, OTHER))).values()
            assert (commit == OTHER) is changes, verb


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([said(Verb.BATCH_RECEIVED, "batch"), said(Verb.BATCH_RECEIVED, "batch", OTHER)], (0, ONE)),  # made once
        ([said(Verb.CASE_CONSULTED, "batch", OTHER), said(Verb.BATCH_RECEIVED, "batch")], (1, ONE)),
        ([said(Verb.BATCH_RECEIVED, "batch", OTHER, **TRIED), said(Verb.BATCH_RECEIVED, "batch")], (1, ONE)),
        ([said(Verb.ALERT_RAISED, "alert", OTHER), said(Verb.ALERT_RAISED, "alert")], (1, ONE)),  # it grows
        ([said(Verb.ALERT_RAISED, "alert"), said(Verb.ALERT_DECIDED, "alert", OTHER, **TRIED)], (0, ONE)),
        ([said(Verb.PROFILE_ASKED, "profile", OTHER), said(Verb.PROFILE_SIGNED, "profile", **TRIED)], (1, ONE)),
        ([said(Verb.ALERT_RAISED, "alert"), said(Verb.ALERT_RAISED, "alert", OTHER, **BY_STAFF)], (0, ONE)),
        ([ASKED, said(Verb.PROFILE_SIGNED, "profile", OTHER, **TRIED, **BY_STAFF)], (0, ONE)),
        ([said(Verb.INSTRUMENT_RECORDED, "instrument", OTHER), said(Verb.INSTRUMENT_ENDED, "instrument")], (1, ONE)),
        ([said(Verb.EXHIBIT_SEALED, "custody"), said(Verb.EXHIBIT_HANDED_OVER, "custody", OTHER)], (0, ONE)),
    ],
)
def test_the_last_act_that_may_change_a_record_counts(entries: list[AuditEntry], expected: tuple[int, Digest]) -> None:
    [found] = newest(run(*entries)).values()
    assert found == expected


@pytest.mark.parametrize("verb", Verb)
def test_what_a_process_alone_does_nobody_else_did(verb: Verb) -> None:
    by_a_process = entry(verb, VAULT, role=Role.SERVICE)
    assert provenance.is_done(by_a_process)
    assert not provenance.is_done(replace(by_a_process, outcome=EntryOutcome.DENIED))
    assert provenance.is_done(entry(verb, RECORDER, **BY_STAFF)) is (verb not in BY_PROCESSES)
    assert provenance.is_done(entry(verb, RECORDER, role=Role.SERVICE)) is (BY_PROCESSES.get(verb) is None)


def signed(who: Id, **fields: Any) -> AuditEntry:
    return entry(Verb.PROFILE_SIGNED, who, row("profile"), role=Role.SERVICE, **fields)


SEALED = said(Verb.EXHIBIT_SEALED, "exhibit")


@pytest.mark.parametrize(
    ("log", "kept"),
    [
        ([ASKED, signed(SIGNER), signed(RECORDER)], [0, 1]),  # whatever another calls itself, before or after
        ([ASKED, signed(RECORDER), signed(SIGNER), SEALED], [0, 2, 3]),
        ([ASKED, signed(VAULT), signed(SIGNER, outcome=EntryOutcome.DENIED)], [0, 2]),  # what it refused nobody signed
        ([signed(SIGNER), replace(signed(RECORDER), touched=(row("batch"),))], [0]),  # of another profile neither
        ([ASKED, signed(RECORDER), signed(VAULT)], [0, 1, 2]),  # the specimen of 0.1.0, whose signer has no name
    ],
)
def test_what_the_signer_signed_it_says_itself(log: list[AuditEntry], kept: list[int]) -> None:
    assert provenance.spoken(run(*log)) == [(number, log[number]) for number in kept]


def handover(at: int, since: int) -> HandoverRecord:
    return HandoverRecord(ident("1"), ident("2"), Holder.SUPERVISOR, ident("3"), Ms(since), Ms(at))


def alert(opened_at: int) -> AlertRecord:
    return replace(ALERT, id=ident("1"), opened_at=Ms(opened_at))


PASSED_ON = [said(Verb.ALERT_PASSED_ON, "handover", at=AT)]
RAISED = [said(Verb.ALERT_RAISED, "alert", OTHER, at=AT), said(Verb.ALERT_RAISED, "alert", at=Ms(AT + 60 * MINUTE_MS))]


@pytest.mark.parametrize(
    ("record", "log", "refused"),
    [
        (handover(AT, AT), PASSED_ON, None),
        (handover(AT + WITHIN_MS, AT), PASSED_ON, None),
        (handover(AT - WITHIN_MS, AT), PASSED_ON, None),
        (handover(AT + WITHIN_MS + 1, AT), PASSED_ON, "time-differs"),
        (handover(AT - WITHIN_MS - 1, AT), PASSED_ON, "time-differs"),
        (handover(AT, 0), PASSED_ON, None),  # since when another had had it is of the past
        (handover(AT, AT + WITHIN_MS + 1), PASSED_ON, "time-differs"),
        (handover(AT, AT), [], "time-differs"),
        (handover(AT, AT), [replace(PASSED_ON[0], outcome=EntryOutcome.DENIED)], "time-differs"),
        (handover(AT, AT), [replace(PASSED_ON[0], verb=Verb.ALERT_DECIDED)], "time-differs"),
        (handover(AT, AT), [replace(PASSED_ON[0], touched=(replace(row("handover"), id=ident("9")),))], "time-differs"),
        (alert(AT), RAISED, None),
        (alert(AT + 60 * MINUTE_MS), RAISED, "time-differs"),  # it was opened when it was first raised
    ],
)
def test_a_time_is_the_acts(record: HandoverRecord | AlertRecord, log: list[AuditEntry], refused: str | None) -> None:
    assert code_of(provenance.check_times, record, row(record.KIND), log) == refused


@pytest.mark.parametrize(("after", "refused"), [(0, None), (WITHIN_MS, None), (WITHIN_MS + 1, "signed-late")])
def test_a_profile_is_signed_within_minutes(after: int, refused: str | None) -> None:
    assert code_of(provenance.check_signed_in_time, AT, Ms(AT + after)) == refused


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (entry(Verb.DISPOSED, VAULT, role=Role.SERVICE), True),
        (entry(Verb.DISPOSED, VAULT, role=Role.SERVICE, outcome=EntryOutcome.DENIED), False),
        (entry(Verb.DISPOSED, VAULT, **BY_STAFF), False),
        (entry(Verb.DISPOSED, RECORDER, role=Role.SERVICE), False),
        (entry(Verb.DISPOSED, RECORDER), False),
        (entry(Verb.CASE_CONSULTED, VAULT, role=Role.SERVICE), False),
    ],
)
def test_the_vault_erases_and_nobody_else(one: AuditEntry, expected: bool) -> None:
    assert provenance.erases(one) is expected


def of_export(row: str = "1", **fields: Any) -> AuditEntry:
    told: dict[str, Any] = {"outcome": EntryOutcome.DENIED, "reason": Unfit.DOES_NOT_OPEN.value} | fields
    touched = Touched(Slug(ExportRecord.KIND), ident(row), ONE), Touched(LEAF, ident("2"), OTHER)
    return entry(told.pop("verb", Verb.EXPORT_BODY_OPENED), told.pop("who", VAULT), *touched, **told)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (of_export(), True),
        (of_export(reason="not_granted"), True),
        (of_export(reason="privilege"), False),
        (of_export(reason=None), False),
        (of_export(outcome=EntryOutcome.ALLOWED), False),
        (of_export(who=RECORDER), False),
        (of_export(verb=Verb.EXPORT_OPENED), False),
        (of_export("3"), False),
    ],
)
def test_that_a_body_is_unfit_to_be_shown_is_the_vaults_word_about_that_export(one: AuditEntry, expected: bool) -> None:
    assert provenance.found_unfit(one, ident("1")) is expected


@pytest.mark.parametrize(
    ("verb", "kind", "fields", "can"),
    [
        (Verb.ALERT_RAISED, AlertRecord.KIND, {}, True),  # makes it, and changes it
        (Verb.ALERT_DECIDED, AlertRecord.KIND, {}, True),
        (Verb.ALERT_DECIDED, DecisionRecord.KIND, {}, True),
        (Verb.ALERT_REVIEW, AlertRecord.KIND, {}, False),  # who looked wrote nothing
        (Verb.ALERT_DECIDED, DeviceRecord.KIND, {}, False),
        (Verb.ALERT_DECIDED, DecisionRecord.KIND, {"outcome": EntryOutcome.DENIED}, False),
        (Verb.ALERT_RAISED, AlertRecord.KIND, BY_STAFF, False),  # a process's act
        (Verb.ALERT_DECIDED, LEAF, {}, False),
    ],
)
def test_which_entries_can_commit_to_a_record(verb: Verb, kind: str, fields: dict[str, Any], can: bool) -> None:
    assert provenance.writes(said(verb, kind, **fields), kind) is can
