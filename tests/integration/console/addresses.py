"""Every address of the console, filled in from a case with content at each, and from a second such case."""

import copy
from dataclasses import dataclass, replace
from types import SimpleNamespace
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.agent.history_opening import Opening
from offmon.agent.kept_history import Extent
from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.alerts.rota import Shift, Tier
from offmon.core.alerts.times import DESIGN
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.learned_late import Late
from offmon.core.authority.no_basis import NoBasis
from offmon.core.authority.order import DeviceKind, Media
from offmon.core.authority.protected_contacts import ContactKind, ProtectedContact
from offmon.core.authority.silence import SilenceReason
from offmon.core.authority.standstill import Why
from offmon.core.clock import Period
from offmon.core.ids import Id, Ms, Slug
from offmon.core.log.audit import Verb
from offmon.core.log.hours import Whereabouts
from offmon.core.log.quarantine import LateChoice, LateReason
from offmon.core.log.reading import ReadingPurpose
from offmon.core.log.records import DecisionOutcome
from offmon.core.log.samples import FEWEST
from offmon.core.person import restrictions
from offmon.core.person.deadlines import Channel, RequestKind
from offmon.core.person.device_register import DeviceEntry, Known, Owner, WhyNot
from offmon.core.person.entries import Duty, Standing
from offmon.core.person.identifiers.kinds import IdentifierKind
from offmon.core.person.mappa import LeadAgency, Mappa
from offmon.core.person.restrictions import RestrictionRequest
from offmon.core.public.assurance import Control
from offmon.core.states import DeploymentState
from offmon.server.agencies.accounts.actions.changes import do_ask_password
from offmon.server.agencies.accounts.queries import changes
from offmon.server.agencies.rota.actions import do_set_shift
from offmon.server.agencies.rota.queries import the_rota
from offmon.server.agencies.times.actions import do_propose_times
from offmon.server.agencies.transfers.actions import Proposal
from offmon.server.audit.actions import append
from offmon.server.audit.actions.readings import do_open_log
from offmon.server.audit.actions.samples import do_draw_looks
from offmon.server.base.actor import Actor
from offmon.server.base.clock import now
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import action
from offmon.server.deployments.actions import (
    do_add_contact,
    do_agree_contacts,
    do_record_enrolled,
    do_record_test,
)
from offmon.server.deployments.models import Deployment
from offmon.server.deployments.queries import device_by_key
from offmon.server.deployments.queries.contacts import contacts_of
from offmon.server.detectors import queries as lists
from offmon.server.evidence.actions import ExportRequest, SealRequest, do_ask_export, do_ask_seal
from offmon.server.intake.quarantine import actions as locking
from offmon.server.intake.quarantine.queries import quarantines_of
from offmon.server.orders.actions import do_keep_scan
from offmon.server.orders.scan import Scan
from offmon.server.orders.silences.actions import ExclusionEntry, do_exclude
from offmon.server.oversight.actions import CheckedPaper, do_record_attestation
from offmon.server.people.actions import (
    do_mark_entry,
    do_record_device,
    do_record_duty,
    do_record_identifier,
    do_record_mappa,
)
from offmon.server.rights.destruction.actions import do_ask_destruction
from offmon.server.rights.end_certificates.actions import do_make_end_certificate
from offmon.server.rights.kept_history import actions as kept_history
from offmon.server.rights.kept_history.queries import waiting
from offmon.server.rights.requests import queries as desk
from offmon.server.rights.requests.actions import TakenDown, do_take_down
from offmon.server.rights.restrictions.actions import do_ask_restriction
from offmon.server.start_page import transfers
from offmon.server.triage import queries as triage
from offmon.server.triage.actions import do_decide
from offmon.server.triage.emergencies.actions import do_open_in_emergency
from offmon.server.triage.emergencies.queries import own_openings
from offmon.server.triage.queries import AlertView, queue_lines
from tests.integration.console.office import Office
from tests.support.destroyed import REASON, nothing_in_the_way
from tests.support.emergencies import comes_to
from tests.support.fake_device import FakeDevice
from tests.support.images import page_image
from tests.support.policies import prepare_policy
from tests.support.story import INGEST, Story
from tests.unit.core.person.test_photograph import PLAIN
from tests.unit.server.faces.matrix import Line, Whose, lines
from trial.papers import pages

LEADS_ON = {  # where they lead depends on who one is and how far they have come; all but the visit are public
    "",
    "cases/<id:case_id>/visit/",
    "show-again/passkey/",
    "sign-in/code/",
    "sign-in/passkey/",
    "sign-in/recovery/",
    "sign-in/set-up/",
    "sign-out/",
}
NEW = Id("0" * 32)
A_SOLICITOR = ProtectedContact(NEW, ContactKind.SOLICITOR, "Invented Solicitors", ("solicitors.example",))
A_DOCTOR = ProtectedContact(NEW, ContactKind.DOCTOR, "Invented Surgery", ())


def a_sample(office: Office) -> Id:
    """A sample of the looks so far, drawn by an auditor."""
    auditor = replace(office.actor(Role.AUDITOR, Whose.COLLEAGUES), session=new_id())
    office.story.publish()
    do_open_log(ReadingPurpose.LAWFULNESS, "Which looks were made?", actor=auditor)
    return do_draw_looks(Ms(0), now(), None, FEWEST, actor=auditor)


def a_shift(office: Office) -> Id:
    """Somebody is on call for the supervisors' own team."""
    supervisor, at = office.actor(Role.SUPERVISOR, Whose.OWN), now()
    team = supervisor.team
    do_set_shift(Shift(team, Tier.FIRST, office.story.officer.id, at, Ms(at + clock.DAY_MS)), actor=supervisor)
    return the_rota(actor=supervisor).weeks[0].shifts[0].id


def an_opening(office: Office) -> Id:
    """A duty inspector opened the alert that nobody has decided, and it is not reviewed."""
    story, whose = office.story, replace(office.actor(Role.DUTY_INSPECTOR, Whose.COLLEAGUES), session=new_id())
    admin = office.actor(Role.TENANT_ADMIN, Whose.OWN)
    [row] = [one for one in queue_lines.queue(actor=story.officer).rows if one.name == story.person]
    story.show_factor(whose)
    comes_to(story, row.id, whose, admin=admin)
    do_open_in_emergency(row.id, "Nobody answered for an hour.", actor=whose)
    return own_openings(actor=whose)[0].id


@action
def an_earlier_deployment(case: Id, *, actor: Actor) -> Id:
    """Monitoring of the case that ended before it had a device."""
    row = Deployment(agency=actor.agency, case=case, opened_by=actor.id, delay_days=14, why=Why.ERROR, stopped_at=now())
    row.state = DeploymentState.ENDED
    row.save(force_insert=True)
    append(actor, Verb.DEPLOYMENT_DRAFTED, case=case, touched=(row,))
    append(actor, Verb.DEPLOYMENT_ENDED, case=case, touched=(row,), reason="error: set up twice")
    return row.id


def an_end(story: Story) -> Id:
    """Monitoring that ended and has its certificate."""
    ended = an_earlier_deployment(story.case, actor=story.officer)
    do_make_end_certificate(ended, actor=story.officer)
    return ended


@dataclass
class Addresses:
    """The story's case, with a decision and an export asked for; and a second, so that each page that lists people lists two."""

    office: Office
    given: dict[str, str]
    second: Id

    @classmethod
    def of(cls, office: Office) -> "Addresses":
        """Inside `office.running()`."""
        story = office.story
        decided, request_id, restriction_id = a_decision(story), a_request(story), a_restriction(story)
        occurrence = decided.occurrences[0]
        assert decided.action is not None
        contact = a_contact(story)
        do_record_enrolled(story.deployment, story.device.device, actor=story.officer)
        do_record_test(story.deployment, now(), actor=story.officer)
        looking, never = lists.register(actor=story.officer)
        quarantine_id, decision_id = a_locked_record(story)
        seal = SealRequest("AB", story.supervisor.id, "For the investigation.")
        paper = CheckedPaper(
            Control.PAPER_IWF, "An invented membership", "An invented body", Ms(0), Ms(now() + clock.DAY_MS)
        )
        request = ExportRequest("An invented court", "A hearing", Period(Ms(0), now()))
        given = {
            "alert_id": decided.row.id,
            "action_id": decided.action.id,
            "leaf": occurrence.leaf,
            "assessment_id": str(story.assessment),
            "policy_id": prepare_policy(story),
            "attestation_id": do_record_attestation(paper, actor=story.data_protection),
            "case_id": story.case,
            "contact_id": contact,
            "contacts_id": do_add_contact(story.case, A_DOCTOR, actor=story.officer),
            "party_id": office.party,
            "staff_id": story.colleague.id,
            "basis": Basis.SHPO_SC.value,
            "instrument_id": story.instrument,
            "scan_id": a_scan(story),
            "number": "1",
            "term_id": story.terms[Capability.SITE],
            "authorisation_id": story.authorisation,
            "deployment_id": an_end(story),
            "device_id": story.device.device,
            "paper_id": story.paper,
            "version_id": looking[0].id,
            "exclusions_id": never[0].id,
            "exhibit_id": do_ask_seal(decided.row.id, occurrence.leaf, occurrence.place, seal, actor=story.officer),
            "export_id": do_ask_export(story.case, request, actor=story.officer),
            "request_id": request_id,
            "restriction_id": restriction_id,
            "entry_id": an_entry(story),
            "known_id": a_known_device(story),
            "silence_id": a_silence(story),
            "destruction_id": a_destruction(story),
            "ask_id": a_history_ask(story),
            "quarantine_id": quarantine_id,
            "decision_id": decision_id,
            "change_id": an_account_change(office),
            "times_id": proposed_times(office),
            "sample_id": a_sample(office),
            "shift_id": a_shift(office),
            "opening_id": an_opening(office),
            "transfer_id": a_transfer(office, story.case),
        }
        second = beside(office, "Pat Otherwise")
        return cls(office, given | {"offer_id": an_offer(office, second)}, second)

    def pages(self) -> list[tuple[Line, str]]:
        """Each address that is a page."""
        return [(line, self.fill(line)) for line in lines() if not line.route.startswith("static/")]

    def fill(self, line: Line) -> str:
        route = line.route
        for name, value in self.given.items():
            route = (
                route.replace(f"<id:{name}>", value).replace(f"<slug:{name}>", value).replace(f"<int:{name}>", value)
            )
        assert "<" not in route, f"say what {route} is to be filled with"
        return f"/{route}"


def beside(office: Office, person: str) -> Id:
    """A second case of the same agency, open to whoever the first is, and with something of each kind on it."""
    story = beside_story(office, person)
    story.disclose()
    story.send()
    story.group()
    for add in (a_decision, a_request, a_restriction):
        add(story)
    return story.case


def beside_story(office: Office, person: str) -> Story:
    """Another person of the same agency, with a device of their own that holds a profile."""
    story = copy.copy(office.story)
    story.person, story.device, story.evidence = person, FakeDevice(INGEST), X25519PrivateKey.generate()
    story.terms, story.profiles, story.alerts, story.sent = {}, [], [], 0
    for step in (story.orders, story.authorise, story.make_key, story.serve_notice, story.enrol):
        step()
    story.sign(story.ask_profile())
    office.give_out(story.case)
    return story


def a_silence(story: Story) -> Id:
    """An exclusion of the person's."""
    church = ExclusionEntry(
        SilenceReason.RELIGION, "church.invalid", None, clock.local_day(now()), "Your church’s page."
    )
    return do_exclude(story.case, church, actor=story.officer)


def a_contact(story: Story) -> Id:
    """A solicitor whom two officers protect."""
    do_agree_contacts(do_add_contact(story.case, A_SOLICITOR, actor=story.officer), actor=story.colleague)
    seen = contacts_of(story.case, actor=story.officer)
    assert seen is not None
    return seen.in_force[0].id


def an_entry(story: Story) -> Id:
    """An identifier, another duty, and a MAPPA meeting, which is marked. The meeting."""
    today = clock.local_day(now()).isoformat()
    do_record_identifier(story.case, IdentifierKind.PRISON, "A8600AA", "The prison", actor=story.officer)
    do_record_duty(story.case, Duty(NoBasis.VOO, "V86/1", today), actor=story.officer)
    meeting = do_record_mappa(story.case, Mappa("1", "2", LeadAgency.POLICE, today), actor=story.officer)
    do_mark_entry(story.case, meeting, Standing.SUPERSEDED, "A later meeting decided.", actor=story.officer)
    return meeting


def a_known_device(story: Story) -> Id:
    """A phone that the person has, and that no condition covers."""
    phone = DeviceEntry(
        DeviceKind.PHONE,
        "old phone",
        Owner.PERSON,
        "at home",
        Whereabouts.AT_HAND,
        Known.PERSON,
        why_not=WhyNot.NO_CONDITION,
    )
    return do_record_device(story.case, phone, (), photograph=PLAIN[Media.PNG], actor=story.officer)


def a_transfer(office: Office, case: Id) -> Id:
    """The case's officer proposes that the other agency takes a case over."""
    proposal = Proposal(office.other_agency, "They moved to another county.", clock.local_day(now()))
    return transfers.do_propose_transfer(case, proposal, actor=office.story.officer)


def an_offer(office: Office, case: Id) -> Id:
    """The other agency is asked; whatever of the case waits."""
    with patch.object(transfers, "waits", return_value=set()):
        return transfers.do_approve_transfer(a_transfer(office, case), case, actor=office.story.supervisor)


def a_decision(story: Story) -> AlertView:
    """One of two alerts is decided, so that something follows; the other stays in the queue. The one that is decided."""
    story.disclose(rule=Slug("another"))
    story.send()
    story.group()
    [first, _] = [row for row in queue_lines.queue(actor=story.officer).rows if row.name == story.person]
    assert triage.alert(first.id, actor=story.officer) is not None
    said = "Looked at in full."
    do_decide(first.id, DecisionOutcome.EVIDENTIAL, said, shown=first.count, unseen_reason=said, actor=story.officer)
    decided = triage.alert(first.id, actor=story.officer)
    assert decided is not None
    return decided


def a_scan(story: Story) -> Id:
    """Kept by the officer, and nothing recorded of it yet."""
    scan = Scan.of([page_image(page) for page in pages(Basis.SHPO_SC)])
    return do_keep_scan(story.case, Basis.SHPO_SC, scan, actor=story.officer)


def a_request(story: Story) -> Id:
    """Made by phone today, and taken down by the officer."""
    said = TakenDown(RequestKind.OBJECTION, "It went wrong.", Channel.PHONE, clock.local_day(now()), story.officer.id)
    do_take_down(story.case, said, actor=story.officer)
    rows = desk.open_requests(actor=story.officer)
    return next(row.id for row in rows if row.person is not None and row.person.name == story.person)


def an_account_change(office: Office) -> Id:
    """A colleague's lost password: one administrator asked, and the other has not answered."""
    asker = office.actor(Role.TENANT_ADMIN, Whose.COLLEAGUES)
    do_ask_password(office.story.officer.id, "They forgot it (invented).", actor=replace(asker, session=new_id()))
    [waits] = changes(actor=asker)
    return waits.id


def proposed_times(office: Office) -> Id:
    """A shorter time, which one administrator proposed, and the other has not answered."""
    asker = office.actor(Role.TENANT_ADMIN, Whose.COLLEAGUES)
    new, asker = replace(DESIGN, urgent_decide=45), replace(asker, session=new_id())
    return do_propose_times(new, "A shorter time (invented).", actor=asker)


def a_destruction(story: Story) -> Id:
    """Asked for by the officer, and not decided."""
    with nothing_in_the_way():
        return do_ask_destruction(story.case, REASON, actor=story.officer)


def a_history_ask(story: Story) -> Id:
    """What the person's device asks at a visit, as if a condition had it keep a history."""
    extent = Extent(1, Ms(now() - clock.DAY_MS), now(), (b"an enclosed key",))
    asked, key = Opening(story.device.device, story.device.signing, extent, now()), story.device.signing.public
    with story.running(Process.INGEST), patch.object(kept_history, "keeps", return_value=True):
        known = device_by_key(key.keyid)
        assert known is not None
        kept_history.do_keep_history_ask(asked.body, known, key, actor=story.ingest)
    [line] = waiting(story.case, actor=story.officer)
    return line.id


def a_locked_record(story: Story) -> tuple[Id, Id]:
    """A quarantine of a disclosure that no other page shows, and what the officer asked about it."""
    late = Late(LateReason.ENDED, story.instrument, Ms(now() - clock.HOUR_MS), now())
    elsewhere = SimpleNamespace(id=new_id(), device=story.device.device, epoch=new_id(), n=0)
    with story.running(Process.VAULT), patch.object(locking, "_to_lock", side_effect=[(late, [elsewhere]), None]):
        locking.lock_late(story.case, actor=story.vault)
    [one] = quarantines_of(story.case, actor=story.officer)
    return one.id, locking.do_ask_late(one.id, LateChoice.ERASE, REASON, actor=story.officer)


def a_restriction(story: Story) -> Id:
    """Asked for by the officer, and not decided."""
    asked = RestrictionRequest(
        ground=restrictions.RestrictionGround.INQUIRY,
        lines=frozenset(restrictions.Line),
        since=Ms(now() - clock.DAY_MS),
        until=Ms(now() + clock.DAY_MS),
        reasons="An inquiry into others would be obstructed.",
        told=restrictions.Telling.NOTHING,
        routes_given=False,
        ends_at=Ms(now() + 30 * clock.DAY_MS),
    )
    return do_ask_restriction(story.case, asked, actor=story.officer)
