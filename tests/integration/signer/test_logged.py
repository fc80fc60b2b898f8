"""The log must confirm the row's word on who authorised: the signer checks, as a court will (R-LEG-24; formats §9, *authorised*; S74)."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.authority.capability import Capability, Source
from offmon.core.authority.lists import Exclusions
from offmon.core.errors import Refused
from offmon.core.formats import codec
from offmon.core.ids import Id, Ms, Versioned
from offmon.core.log.attribution import ASKED
from offmon.core.log.audit import AuditEntry, EntryOutcome, Verb
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.detectors.actions import do_approve, do_draft_exclusions
from offmon.server.orders.queries import check_confirmed
from tests.integration.ingest.arrange import select
from tests.integration.signer.test_sign import device_of
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import ENTRIES, PAPER, Story, a_list
from tests.support.taken import forge, overwrite, taken_console

type Bend = Callable[[Story, AuditEntry], AuditEntry]

LATER = 10 * clock.MINUTE_MS


def by(who: Callable[[Story], Actor]) -> Bend:
    return lambda story, entry: replace(entry, actor=who(story).core())


def denied(_: Story, entry: AuditEntry) -> AuditEntry:
    return replace(entry, outcome=EntryOutcome.DENIED)


def of_nothing(_: Story, entry: AuditEntry) -> AuditEntry:
    return replace(entry, touched=())


def in_another_role(_: Story, entry: AuditEntry) -> AuditEntry:
    """The person named, of staff, as one who does no such thing."""
    return replace(entry, actor=replace(entry.actor, role=Role.TENANT_ADMIN))


def at_another_time(by: int) -> Bend:
    return lambda _, entry: replace(entry, at=Ms(entry.at + by))


def logged(story: Story, verb: Verb, bend: Bend) -> None:
    """The entries of that verb as somebody with the database would have them: the row that they are about is left as it was."""
    rows = select(story.database, "select id::text, doc from audit_entry where verb = %s", verb.value)
    for row, doc in rows:
        entry = codec.load(AuditEntry, bytes(doc), max_size=1 << 20)
        overwrite(story, "audit_entry", row, {"doc": codec.dump(bend(story, entry))})


@pytest.mark.parametrize(
    ("verb", "bend", "code"),
    [
        (Verb.TERM_RECORDED, by(lambda story: story.colleague), "act-of-another"),
        (Verb.TERM_CONFIRMED, by(lambda story: story.officer), "act-of-another"),  # one person recorded and confirmed
        (Verb.TERM_CONFIRMED, denied, "act-not-logged"),
        (Verb.TERM_CONFIRMED, of_nothing, "act-not-logged"),
        (Verb.DEPLOYMENT_DRAFTED, by(lambda story: story.authoriser), "act-of-another"),
        (Verb.DEPLOYMENT_AUTHORISED, by(lambda story: story.officer), "act-of-another"),
        (Verb.DEPLOYMENT_AUTHORISED, denied, "act-not-logged"),
        (Verb.NOTICE_SERVED, by(lambda story: story.colleague), "act-of-another"),
        (Verb.ENROLMENT_OFFERED, by(lambda story: story.colleague), "act-of-another"),
        (Verb.ENROLMENT_OFFERED, of_nothing, "act-not-logged"),
        (Verb.ASSESSMENT_PREPARED, of_nothing, "not-assessed"),
        (Verb.ASSESSMENT_SIGNED, of_nothing, "not-assessed"),
        (Verb.ASSESSMENT_SIGNED, by(lambda story: story.supervisor), "not-assessed"),
        (Verb.TERM_CONFIRMED, in_another_role, "not-permitted"),
        (Verb.DEPLOYMENT_AUTHORISED, in_another_role, "not-permitted"),
        (Verb.NOTICE_SERVED, in_another_role, "not-permitted"),
        (Verb.ENROLMENT_OFFERED, in_another_role, "not-permitted"),
        (Verb.INSTRUMENT_RECORDED, by(lambda story: story.colleague), "act-of-another"),
        (Verb.INSTRUMENT_RECORDED, of_nothing, "act-not-logged"),
        (Verb.INSTRUMENT_RECORDED, in_another_role, "not-permitted"),
        (Verb.INSTRUMENT_RECORDED, at_another_time(LATER), "act-not-logged"),  # after its terms were confirmed
        (Verb.TERM_CONFIRMED, at_another_time(LATER), "time-differs"),  # so that the row says that it was earlier
        (Verb.TERM_CONFIRMED, at_another_time(-LATER), "time-differs"),
        (Verb.DEPLOYMENT_AUTHORISED, at_another_time(LATER), "time-differs"),
        (Verb.NOTICE_SERVED, at_another_time(-LATER), "time-differs"),  # written down before it was served
        (Verb.ASSESSMENT_SIGNED, at_another_time(LATER), "not-assessed"),
    ],
)
def test_no_profile_is_signed_on_what_the_log_says_otherwise(
    story: Story, signer: SignerClient, verb: Verb, bend: Bend, code: str
) -> None:
    profile = story.ask_profile()
    logged(story, verb, bend)
    signer.sign_profile(profile)
    assert device_of(story).refusal == code
    [entry] = story.entries(Verb.PROFILE_SIGNED)
    assert (entry.outcome, entry.reason) == (EntryOutcome.DENIED, code)


def test_nor_is_anything_drafted_on_it(story: Story) -> None:
    logged(story, Verb.TERM_CONFIRMED, by(lambda story: story.officer))
    with story.console(), scope(story.officer), pytest.raises(Refused, match="was another's act") as refusal:
        check_confirmed({story.terms[Capability.SITE]}, now())
    assert refusal.value.code == "act-of-another"


def forged_exclusions(story: Story) -> Id:
    """A second version that protects nothing, drafted and approved by people there are, who know nothing of it."""
    declared = codec.dump(Exclusions(Versioned("exclusions@2"), (), ()))
    return forged(story, "detectors_exclusions_version", {"name": "exclusions@2", "declared": declared})


def forged_list(story: Story) -> Id:
    """A second version of the list of sites, in the same way."""
    name = a_list(Capability.SITE, ENTRIES[Capability.SITE]).name
    with taken_console(story) as console:
        columns = "select list_id, declared, entries from detectors_list_version where name = %s"
        [(of, declared, entries)] = console.execute(columns, [name]).fetchall()
    second = name.replace("@1", "@2")
    said = bytes(declared).replace(name.encode(), second.encode())
    row = {"name": second, "list_id": of, "declared": said, "entries": entries}
    return forged(story, "detectors_list_version", row)


def forged(story: Story, table: str, columns: dict[str, Any]) -> Id:
    """One row by the console's own role, beside an entry in the officer's own name that has nothing to do with it."""
    row = new_id()
    people = {"drafted_by": story.officer.id, "approved_by": story.supervisor.id}
    sittings = {"begun_in": new_id(), "begun_at": 0, "agreed_in": new_id()}
    of = {"id": row, "agency": story.agency, "salt": secrets.token_bytes(32), "why": ""}
    forge(story, Verb.CASE_CONSULTED, table, columns | people | sittings | of)
    return row


@pytest.mark.parametrize("row_of", [forged_exclusions, forged_list])
def test_no_list_is_signed_that_the_log_says_nobody_drafted_or_approved(
    story: Story, signer: SignerClient, row_of: Callable[[Story], Id]
) -> None:
    row = row_of(story)
    assert code_of(signer.sign_list, row) == "act-not-logged"


def test_no_list_is_signed_that_its_drafter_approved_by_the_log(story: Story, signer: SignerClient) -> None:
    with story.console():
        version = Exclusions(Versioned("exclusions@2"), (), ())
        row = do_draft_exclusions(version, why="out", actor=story.officer)
        do_approve(row, actor=story.supervisor)
    logged(story, Verb.LIST_APPROVED, by(lambda story: story.officer))
    assert code_of(signer.sign_list, row) == "act-of-another"


def assessment_of(story: Story, **changed: Any) -> dict[str, Any]:
    """One of all that can be collected, which nobody has signed."""
    return {
        "id": new_id(), "agency": story.agency, "salt": secrets.token_bytes(32), "title": "x",
        "document": bytes.fromhex(PAPER.digest), "kept_as": "x",
        "capabilities": [one.value for one in Capability], "sources": [one.value for one in Source], "extended": False,
        "prepared_by": story.supervisor.id, "prepared_at": now() - 1000, "review_by": now() + 200 * clock.DAY_MS, "begun_in": new_id(),
    } | changed  # fmt: skip


def test_an_assessment_that_the_log_says_nobody_prepared_or_signed_covers_nothing(
    story: Story, signer: SignerClient
) -> None:
    """Two people that there are, on a row of the console's own: the true one stays as it was, unsigned by the log."""
    logged(story, Verb.ASSESSMENT_SIGNED, of_nothing)
    signed = {"signed_by": story.data_protection.id, "signed_at": now() - 500, "agreed_in": new_id()}
    forge(story, Verb.CASE_CONSULTED, "orders_assessment", assessment_of(story, **signed))
    signer.sign_profile(story.ask_profile())
    assert device_of(story).refusal == "not-assessed"


def test_the_role_of_the_signer_reads_of_the_log_what_it_asks_and_no_more(story: Story) -> None:
    with story.database.connect("offmon_signer") as signer:
        signer.execute("select set_config('offmon.agency', %s, true)", [story.agency])
        read = {Verb(verb) for (verb,) in signer.execute("select verb from audit_entry").fetchall()}
        assert read == ASKED & {entry.verb for entry in story.entries(*Verb)}
        asked = signer.execute("select verb from audit_verb where signer_asks").fetchall()
        assert {Verb(verb) for (verb,) in asked} == ASKED
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            signer.execute("select salt from audit_entry")
