"""What a profile says beside its grants, computed again from the bundle's orders and deployment (formats §4; R-LEG-5).

Rules
- Its texts for the person and its controllers are exactly those of the terms that its grants rest on. Who took the case over answers
  for the orders of who led it before.
- Its evidence key and disclosure delay are those of the deployment's record. The vault made the key once; the agency set the delay.
- Its device belongs to that deployment, and has the keys with which it was enrolled. (Where the case log names no device at all, as in
  older bundles, this is the signer's word.)
- The rest is the signer's word: exclusion list, address, and what a controller is called (THREATS).
"""

from collections.abc import Sequence

from offmon.core.authority.order import Instrument, Term
from offmon.core.authority.profile import PersonText, Profile, agreed_of, controllers_of, person_texts_of
from offmon.core.bundle.case import Case
from offmon.core.errors import Refused
from offmon.core.log.records import DeploymentRecord, DeviceRecord


def check_compiled(case: Case, profile: Profile, instruments: Sequence[Instrument], terms: Sequence[Term]) -> None:
    """Raises Refused (`person-not-told-so`, `deployment-differs`, `device-differs`), or NotAuthentic where a record is not there."""
    english, welsh = (person_texts_of(profile.grants, terms, welsh=one) for one in (False, True))
    told = all(_same(said, due) for said, due in ((profile.person_texts, english), (profile.welsh_texts, welsh)))
    named = tuple(one.agency for one in profile.controllers)
    if not told or named != controllers_of(profile.grants, instruments, terms, case.leads(profile.lease.since)):
        raise Refused("person-not-told-so", "The profile tells the person other terms or controllers than it rests on.")
    if profile.agreed != agreed_of(profile.grants, instruments, terms):
        raise Refused("agreed-differs", "The profile says otherwise what the person agreed to and can withdraw.")
    deployment = case.record(DeploymentRecord, profile.deployment).it
    if (profile.evidence_key, profile.delay_days) != (deployment.evidence_key, deployment.delay_days):
        raise Refused(
            "deployment-differs", "The profile encloses to another key, or delays otherwise, than its deployment."
        )
    if any(kind == DeviceRecord.KIND for kind, _ in case.named):
        device = case.record(DeviceRecord, profile.device).it
        given = (profile.deployment, profile.device_key, profile.list_key)
        if given != (device.deployment, device.device_key, device.list_key):
            raise Refused("device-differs", "The profile gives the device a key that it was not enrolled with.")


def _same(said: Sequence[PersonText], due: Sequence[PersonText]) -> bool:
    return sorted(said, key=lambda text: text.term) == sorted(due, key=lambda text: text.term)
