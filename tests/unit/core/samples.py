"""An invented person's orders, lists and profile, for the tests of this folder. Dates are spelled out for lawyers."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from offmon.core.authority.agreement import Agreement, HowAgreed, Supervision
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Band, Capability
from offmon.core.authority.order import Instrument, Term, TermKind
from offmon.core.authority.profile import (
    SCHEMA,
    Choice,
    Controller,
    HpkeKey,
    ListDeclaration,
    ListRef,
    PersonText,
    Profile,
    Schedule8,
    Sensitive,
    compile_grants,
)
from offmon.core.clock import DAY_MS, Period, days, start_of_day
from offmon.core.errors import OffmonError
from offmon.core.formats.event import Body, Claim, Finding, Gravity, Origin
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Digest, Id, Ms, Slug, Versioned
from offmon.core.ids import Origin as LogOrigin
from offmon.core.log.records import AlertRecord
from offmon.core.states import AlertState


def ident(name: str) -> Id:
    return Id(sha256(name.encode()).hexdigest()[:32])


def digest(name: str) -> Digest:
    return Digest(sha256(name.encode()).hexdigest())


def on(year: int, month: int, day: int) -> Ms:
    """The first moment of a day in London."""
    return start_of_day(date(year, month, day))


def key(name: str) -> SigningKey:
    return SigningKey.from_seed(name, sha256(name.encode()).digest())


NOW = Ms(on(2026, 11, 25) + DAY_MS // 2)

SHPO = Instrument(
    id=ident("shpo"),
    case=ident("case"),
    basis=Basis.SHPO_SC,
    controller=ident("force"),
    made_by="Crown Court at Nowhere",
    reference="T86000001",
    made_on="2026-01-10",
    convicted_on="2026-01-10",
    served_at=on(2026, 1, 10),
    effective_from=on(2026, 1, 10),
    offence_types=(Slug("iioc"),),
    document=digest("shpo page"),
    checked="Compared with the sealed order.",
    requested_at=None,
    recorded_by=ident("officer"),
    ended_at=None,
    end_known_at=None,
)
LICENCE = replace(
    SHPO,
    id=ident("licence"),
    basis=Basis.LICENCE,
    controller=ident("probation"),
    reference="LICENCE-86",
    convicted_on=None,
    requested_at=on(2026, 3, 2),
    served_at=on(2026, 3, 1),
    effective_from=on(2026, 3, 1),
)
AGREED = Agreement(
    told_at=Ms(on(2026, 1, 10) - DAY_MS),
    told="Leaflet 1",
    language="en",
    agreed_at=on(2026, 1, 10),
    how=HowAgreed.SIGNED,
    no_penalty=True,
    unconditional=True,
    separate=True,
    not_declined=True,
    needs_adult=False,
    supervision=Supervision.REGISTRATION,
    serves=None,
    registered_until=None,
)
VOLUNTARY = replace(
    SHPO, id=ident("agreement"), basis=Basis.VOLUNTARY, convicted_on=None, agreement=AGREED, witness="Jo Invented"
)
SHPO_TERM = Term(
    id=ident("shpo term"),
    instrument=SHPO.id,
    effect=TermKind.PROHIBITION,
    verbatim_text="Not to use any device capable of reaching the internet unless monitoring software is installed on it.",
    person_text="Monitoring software must be installed on your devices.",
    source_page=2,
    capabilities=(Capability.SITE, Capability.PHRASE),
    since=on(2026, 1, 10),
    until=None,
    recorded_by=ident("officer"),
    confirmed_by=ident("second officer"),
    confirmed_at=on(2026, 1, 12),
)
LICENCE_TERM = replace(
    SHPO_TERM,
    id=ident("licence term"),
    instrument=LICENCE.id,
    effect=TermKind.REQUIREMENT,
    capabilities=(Capability.SITE,),
    since=on(2026, 3, 1),
    until=start_of_day(date(2027, 3, 1)),
)
SITES = ListDeclaration(
    ref=ListRef(ident("sites"), Versioned("sites@1"), digest("sites@1")),
    capability=Capability.SITE,
    bases=(Basis.SHPO_SC, Basis.LICENCE),
    offence_types=(Slug("iioc"), Slug("grooming")),
    sensitive=False,
    valid=days(date(2026, 1, 1), date(2027, 12, 31)),
)
PHRASES = replace(
    SITES,
    ref=ListRef(ident("phrases"), Versioned("phrases@1"), digest("phrases@1")),
    capability=Capability.PHRASE,
    bases=(Basis.SHPO_SC,),
)
APD = Sensitive(
    strictly_necessary="The order is about exactly this, and nothing milder shows it.",
    condition=Schedule8.STATUTORY,
    apd=ident("apd"),
    apd_period=days(date(2026, 1, 1), date(2026, 12, 31)),
)
ON_BOTH = Choice(Capability.SITE, (SHPO_TERM.id, LICENCE_TERM.id), (SITES.ref.id,), None)
ON_SHPO = Choice(Capability.PHRASE, (SHPO_TERM.id,), (PHRASES.ref.id,), None)

DEVICE_KEY = key("device.invalid/one")


def grants(**changed: Any) -> Any:
    """`compile_grants` for the invented person, with what the test changes."""
    given: dict[str, Any] = {
        "instruments": (SHPO, LICENCE),
        "terms": (SHPO_TERM, LICENCE_TERM),
        "choices": (ON_BOTH, ON_SHPO),
        "lists": (SITES, PHRASES),
        "at": NOW,
    }
    return compile_grants(**(given | changed))


def profile(**changed: Any) -> Profile:
    whole = Profile(
        schema=SCHEMA,
        agency=ident("force"),
        case=SHPO.case,
        deployment=ident("deployment"),
        device=ident("device"),
        device_key=DEVICE_KEY.public.vkey,
        list_key=HpkeKey(1, b"\x05" * 32),
        evidence_key=HpkeKey(1, b"\x06" * 32),
        version=1,
        previous=None,
        lease=Period(on(2026, 11, 20), on(2026, 12, 20)),
        grants=grants(),
        exclusions=digest("exclusions"),
        person_texts=(PersonText(SHPO_TERM.id, SHPO_TERM.person_text, Period(SHPO_TERM.since, None)),),
        controllers=(Controller(SHPO.controller, "Force of Nowhere", "force.invalid"),),
        delay_days=14,
        log_origin=LogOrigin("log.invalid/86"),
        ingest="https://ingest.invalid",
    )
    return replace(whole, **changed)


EMPTY = Body(None, None, None, None, None)
BODY = replace(EMPTY, url="https://listed.invalid", matched_entry="listed.invalid")
FINDING = Finding(
    kind=Capability.SITE,
    detector=Versioned("sites@1"),
    list=SITES.ref,
    rule=Slug("r1"),
    band=Band.EXACT,
    gravity=Gravity.STANDARD,
    origin=Origin.TYPED,
    event_at=NOW,
    captured_at=NOW,
    clock_offset_ms=0,
    body=BODY,
)
ALERT = AlertRecord(
    id=ident("alert"),
    deployment=ident("deployment"),
    capability=Capability.SITE,
    list=SITES.ref.name,
    rule=FINDING.rule,
    gravity=Gravity.STANDARD,
    state=AlertState.OPEN,
    opened_at=NOW,
    leaves=(),
)


def claim_on(whole: Profile, **changed: Any) -> Claim:
    """An honest claim on the profile's site grant, with what the test changes."""
    grant = next(g for g in whole.grants if g.kind == "site")
    honest = Claim(
        kind=Capability.SITE,
        grant=grant.id,
        terms=grant.terms_at(NOW),
        detector=FINDING.detector,
        list=SITES.ref,
        rule=FINDING.rule,
        band=FINDING.band,
        gravity=FINDING.gravity,
        origin=FINDING.origin,
        event_at=NOW,
        captured_at=NOW,
        clock_offset_ms=0,
    )
    return replace(honest, **changed)


def code_of(call: Any, *args: Any, **named: Any) -> str | None:
    """The code with which a call is refused, or None where it is not."""
    try:
        call(*args, **named)
    except OffmonError as refusal:
        return refusal.code
    return None
