"""An invented order or licence and a term of it, as an officer enters them, and an authoriser's answers. A test may replace each field."""

from dataclasses import replace
from datetime import date
from typing import Any

from offmon.core import clock
from offmon.core.authority.agreement import Agreement, HowAgreed, Supervision
from offmon.core.authority.bases import Basis
from offmon.core.authority.order import TermKind
from offmon.core.clock import Period
from offmon.core.ids import Id, Ms, Slug
from offmon.server.deployments.actions import ProportionalityAnswers
from offmon.server.orders.actions import InstrumentEntry, TermEntry
from offmon.server.orders.scan import Scan
from tests.support.papers import PDF

OFFENCE = Slug("contact_online")


def an_entry(controller: Id, basis: Basis, begins: Ms, **changed: Any) -> InstrumentEntry:
    """Served and in force from `begins`; a licence is asked for then too."""
    licence = basis is Basis.LICENCE
    given: dict[str, Any] = {
        "basis": basis,
        "controller": controller,
        "made_by": "An invented governor" if licence else "An invented court",
        "reference": "L86/1" if licence else "T86/0000",
        "made_on": date(2026, 1, 15),
        "convicted_on": None if licence else date(2025, 11, 3),
        "served_at": begins,
        "effective_from": begins,
        "offence_types": (OFFENCE,),
        "document": Scan.of([PDF]),
        "checked": "against the sealed copy",
        "requested_at": begins if licence else None,
    }
    return InstrumentEntry(**given | changed)


def an_agreement(controller: Id, begins: Ms, serves: Id | None = None, **changed: Any) -> InstrumentEntry:
    """Agreed to and handed over at `begins`, told a day before; beside an order that it serves, or registration."""
    agreed: dict[str, Any] = {
        "told_at": Ms(begins - clock.DAY_MS),
        "told": "Leaflet 1",
        "language": "en",
        "agreed_at": begins,
        "how": HowAgreed.SIGNED,
        "no_penalty": True,
        "unconditional": True,
        "separate": True,
        "not_declined": True,
        "needs_adult": False,
        "supervision": Supervision.REGISTRATION if serves is None else Supervision.ORDER,
        "serves": serves,
        "registered_until": None,
    }
    free = {name: changed.pop(name) for name in agreed.keys() & changed.keys()}
    given: dict[str, Any] = {
        "made_by": "An invented officer",
        "reference": "A86/1",
        "made_on": clock.local_day(begins),
        "convicted_on": None,
        "agreement": Agreement(**agreed | free),
        "witness": "Jo Invented",
    }
    return an_entry(controller, Basis.VOLUNTARY, begins, **given | changed)


def a_term(period: Period, *capabilities: Any, **changed: Any) -> TermEntry:
    """A prohibition that makes these necessary, on the first page."""
    given: dict[str, Any] = {
        "effect": TermKind.PROHIBITION,
        "verbatim": "Other words.",
        "person_text": "You must not go there.",
        "source_page": 1,
        "capabilities": capabilities,
        "period": period,
    }
    return TermEntry(**given | changed)


def own_answers(answers: ProportionalityAnswers, case: Id) -> ProportionalityAnswers:
    """These, with why less is not enough said of that case."""
    return replace(answers, less_intrusive=f"{answers.less_intrusive} In case {case}.")
