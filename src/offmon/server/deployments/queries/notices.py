"""What a notice says, from the rows that it describes. `core.authority.notice` has the rules, `words.notice` the words.

Rules
- It is made for one authorisation, one instant and one checkpoint of the log. With the same three, the same rows give the same bytes.
- Its lead is who led the case then. The fingerprint beside it is of the root that the device knows, of the agency in whose log the case is.
- The directory names the roots, which must match the trust file. The trust file names the witness.
"""

from offmon.core.authority.notice import Content, NoticeController, ToldDevice, Watcher, told_of
from offmon.core.clock import Period
from offmon.core.errors import NotAuthentic
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Ms
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.leads import queries as leads
from offmon.server.agencies.queries import AgencyView
from offmon.server.base.trusted import trust_file
from offmon.server.deployments import models
from offmon.server.detectors import queries as detectors
from offmon.server.orders.queries import authority_of
from offmon.server.orders.silences.queries import counting
from offmon.server.people import queries as people


def content_of(authorisation: models.Authorisation, checkpoint: str, at: Ms) -> Content:
    """What the notice of an authorisation says, inside the scope that is open. Raises Refused (`notice-incomplete`) and NotAuthentic."""
    deployment = models.Deployment.objects.get(id=authorisation.deployment_id)
    instruments, terms = authority_of(authorisation.case)
    told = told_of(authorisation.core().choices, instruments, terms, detectors.declarations(), at)
    led = leads.leads_of(authorisation.case, at)
    first, lead = agencies.agency(led[0]), agencies.agency(led[-1])
    joint = sorted({ground.controller for ground in told.grounds} - {*led})
    trust = trust_file()
    person = people.names_of([authorisation.case])[authorisation.case]
    devices = models.Device.objects.filter(deployment=deployment, enrolled_at__lte=at).order_by("enrolled_at", "id")
    return Content(
        person=person.name,
        reference=person.reference,
        authorisation=authorisation.id,
        made_at=at,
        controllers=(
            NoticeController(lead.name, lead.contact, _party(first, trust, at).root),
            *(_party(one, trust, at) for one in map(agencies.agency, joint)),
        ),
        told=told,
        devices=tuple(ToldDevice(device.id, device.enrolled_at) for device in devices),
        delay_days=deployment.delay_days,
        office_hours=lead.office_hours,
        on_call=lead.on_call,
        duty_inspector=lead.duty_inspector,
        checkpoint=checkpoint,
        witnesses=_witnesses(trust, at),
        silences=tuple(counting(authorisation.case, authorisation.authorised_at or Ms(0), Period(at, None))),
    )


def _party(view: AgencyView, trust: TrustFile, at: Ms) -> NoticeController:
    root = PublicKey.parse(view.root)
    if root not in trust.roots_of(view.id, at):
        raise NotAuthentic(
            "root-differs", f"The published trust file has not the root key of {view.name}; have them compared first."
        )
    return NoticeController(view.name, view.contact, root.fingerprint)


def _witnesses(trust: TrustFile, at: Ms) -> tuple[Watcher, ...]:
    good = ((PublicKey.parse(one.vkey), one) for one in trust.witnesses_at(at))
    return tuple(Watcher(key.name, key.fingerprint, one.operator, one.independent) for key, one in good)
