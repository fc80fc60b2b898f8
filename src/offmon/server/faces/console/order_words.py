"""What staff read of the bases of a deployment, and of how orders follow each other."""

from collections.abc import Iterable
from typing import Final

from offmon.core.authority.agreement import Door, HowAgreed
from offmon.core.authority.bases import BASES, Basis, BasisRule, Family, Route
from offmon.core.authority.end_event import EndEvent
from offmon.core.authority.licence import LicenceType
from offmon.core.authority.no_basis import NO_BASIS
from offmon.core.authority.order import Applicant, Compared, Instrument, rests_on_conviction
from offmon.core.authority.standstill import HandedHow, Why
from offmon.server.faces.console import words

ALLOWING: Final = tuple((basis.value, rule.title) for basis, rule in BASES.items())
CHOICES: Final = (
    ("These can allow monitoring", ALLOWING),
    ("These allow none", tuple((one.value, rule.title) for one, rule in NO_BASIS.items())),
)
LAW: Final = {basis.value: rule.law for basis, rule in BASES.items()} | {
    one.value: rule.law for one, rule in NO_BASIS.items()
}
ROUTE: Final = {
    Route.CONVICTION: "On conviction",
    Route.FINDING: "After a finding of insanity, or of disability and that the person did the act",
    Route.APPLICATION: "On application",
}
COMPARED: Final = {
    Compared.ORIGINAL: "The original, with its seal or signature",
    Compared.CERTIFIED: "A certified copy",
    Compared.COURT_CONFIRMED: "The scan, and the court confirmed it by telephone or in writing",
    Compared.PRISON_CONFIRMED: "The scan, and the prison or Parole Board confirmed it",
    Compared.COPY: "The scan alone",
}
APPLICANT: Final = {
    Applicant.PERSON: "The supervised person",
    Applicant.CHIEF_OFFICER: "A chief officer of police",
    Applicant.OTHER: "Someone else",
}
HOW_AGREED: Final = {
    HowAgreed.SIGNED: "They signed the paper",
    HowAgreed.SPOKEN: "They said so, and the paper records it",
}
DOOR: Final = {
    Door.DEVICE: "at the device",
    Door.PORTAL: "on their own page",
    Door.STAFF: "by telling staff",
}
HANDED: Final = {
    HandedHow.IN_PERSON: "In person",
    HandedHow.POST: "By post",
    HandedHow.REPRESENTATIVE: "Through their solicitor or another representative",
}
WHY: Final = {
    Why.CUSTODY: "The person is in custody",
    Why.HOSPITAL: "The person is in hospital",
    Why.ABROAD: "The person is abroad",
    Why.SEIZED: "The device was seized",
    Why.REPAIR: "The device is being repaired",
    Why.LOST: "The device is lost",
    Why.SOLD: "The device was sold",
    Why.LICENCE_RECALLED: "The licence was recalled",
    Why.LICENCE_HELD: "The licence is not active",
    Why.EXPIRED: "The order has run out",
    Why.DISCHARGED: "A court discharged the order",
    Why.QUASHED: "A court quashed the order",
    Why.SUPERSEDED: "Another order took its place",
    Why.LICENCE_END: "The licence has run out",
    Why.RECALLED: "The person was recalled to prison",
    Why.WITHDRAWN: "The person withdrew what they had agreed to",
    Why.NOT_NEEDED: "The monitoring is not needed any more",
    Why.DEATH: "The person has died",
    Why.ERROR: "The monitoring was set up by mistake",
}
YEARS: Final = {2: "two", 5: "five"}
EVENT: Final = {
    EndEvent.RELEASE: "A release",
    EndEvent.REQUIREMENTS: "The completion of requirements",
    EndEvent.DETERMINATION: "A decision of a court or the Parole Board",
}
LICENCE_TYPE: Final = {
    LicenceType.AP: "Licence alone (AP)",
    LicenceType.AP_PSS: "Licence, with post-sentence supervision after it (AP_PSS)",
    LicenceType.PSS: "Post-sentence supervision alone (PSS)",
}


def is_licence(instrument: Instrument) -> bool:
    """Whether the licence system knows it by a number."""
    return BASES[instrument.basis].family is Family.LICENCE


def convicted(rule: BasisRule) -> str:
    """Which convictions the basis is about, in a hint."""
    said = []
    if rule.convicted_from:
        said.append(
            f"A date on or after {words.written_day(rule.convicted_from.isoformat())}, and not after the order."
        )
    if rule.convicted_until:
        last = words.written_day(rule.convicted_until.isoformat())
        said.append(f"An order on conviction is about one on or before {last}.")
    if rule.other_law:
        said.append(f"For other convictions the order is under {rule.other_law}.")
    if rule.routes != (Route.CONVICTION,):
        said.append("Leave empty if there is no conviction.")
    return " ".join(said)


def consent(basis: Basis) -> str:
    """What to say of a discharge that needs consent."""
    rule = BASES[basis]
    years = YEARS.get(rule.consent_years or 0, str(rule.consent_years))
    return (
        f"A discharge within {years} years of the order needs the consent of the person and of the chief officer"
        f" ({rule.consent_by}). If it was discharged, say who consented."
    )


def ended_by(newer: Instrument, order: Instrument) -> str:
    """That a newer document ends that order, and why."""
    called = f"{newer.reference}, made on {words.written_day(newer.made_on)},"
    if newer.varies == order.id:
        return f"Order {called} varies this one and takes its place."
    return f"Order {called} ends this one ({BASES[newer.basis].ends_by})."


def serves(order: Instrument) -> str:
    """An order or licence that an agreement may serve."""
    return f"{BASES[order.basis].title} {order.reference}, made on {words.written_day(order.made_on)}"


def agreement(order: Instrument, known: Iterable[Instrument]) -> list[tuple[str, str]]:
    """How the person agreed, what they were told, and what it serves: the rows of a summary (R-LEG-19)."""
    agreed = order.agreement
    if agreed is None:
        return []
    served = next((one for one in known if one.id == agreed.serves), None)
    registered = "Registration"
    if agreed.registered_until:
        registered += f", until {words.written_day(agreed.registered_until)}"
    language = {"en": "English", "cy": "Welsh"}.get(agreed.language, agreed.language)
    rows = [
        ("Agreed", f"{words.when(agreed.agreed_at)}. {HOW_AGREED[agreed.how]}. There: {order.witness}"),
        ("Told before", f"{words.day(agreed.told_at)}, in {language}: {agreed.told}"),
        ("Serves", registered if served is None else serves(served)),
    ]
    return [*rows, ("Beside them", order.adult)] if order.adult else rows


def varies(order: Instrument) -> str:
    """That a document varies that order."""
    return f"It varies {order.reference}, made on {words.written_day(order.made_on)}"


def conviction(order: Instrument) -> str:
    """Whether it rests on a conviction, and of which day (R-LEG-8)."""
    if order.convicted_on is not None:
        return words.written_day(order.convicted_on)
    return "Not recorded" if rests_on_conviction(order) else "The order rests on no conviction"
