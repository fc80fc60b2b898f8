"""The end of an instrument: when, why, and what follows from it, shown before it is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import Instrument, needs_consent
from offmon.core.authority.profile import Grant, ListDeclaration, compile_grants
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.web.permissions import requires
from offmon.server.deployments.actions import do_ask_profile
from offmon.server.deployments.policy import COLLECTING
from offmon.server.detectors import queries as detectors
from offmon.server.evidence.queries import CaseFile
from offmon.server.faces.console import order_words
from offmon.server.faces.console.forms.agreement import WithdrawForm
from offmon.server.faces.console.forms.orders import EndInstrumentForm
from offmon.server.faces.console.pages import done, file_of, page, refusals_on, select, staff_of
from offmon.server.orders.actions import do_end_instrument
from offmon.server.orders.agreements.actions import do_take_down_withdrawal

type Falls = tuple[Capability, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Follows:
    """What an end does to what is collected now: each grant by its capability and the names of its lists.

    `unclear`: by which code it does not compile, so that nobody can say, and the signer signs no narrower profile.
    """

    fall: tuple[Falls, ...] = ()
    run_on: tuple[Falls, ...] = ()
    unclear: str | None = None


@requires(Permission.INSTRUMENT_RECORD)
def end_instrument(request: HttpRequest, case_id: Id, instrument_id: Id) -> HttpResponse:
    """Record the end, and ask for the narrower profile of each device at once: until it comes the device has the old one.

    The worker asks for each that is not asked for here (`devices_to_renew`), as it does where a newer order ends this one by law.
    """
    file = file_of(request, case_id)
    one = select(file.instruments, instrument_id)
    form = EndInstrumentForm(request.POST or None, consent=_consent(one, file))
    if form.is_valid():
        with refusals_on(form):
            do_end_instrument(instrument_id, form.ended_at(), form.cleaned_data["reason"], actor=staff_of(request))
            ask_anew(_devices(file), staff_of(request))
            said = " We requested a new profile for each device." if _devices(file) else ""
            return done(request, f"The end is recorded.{said}", "case-orders", case_id)
    shown = {
        "instrument": one,
        "follows": follows(file, one, detectors.choosable(actor=staff_of(request)), clock.now()),
        "devices": len(_devices(file)),
    }
    return page(request, "end-instrument.html", file=file, form=form, section="cases", **shown)


@requires(Permission.INSTRUMENT_RECORD)
def withdraw_term(request: HttpRequest, case_id: Id, term_id: Id) -> HttpResponse:
    """Record that the person told somebody that they withdraw what they had agreed to (R-LEG-20)."""
    file = file_of(request, case_id)
    term = select(file.terms, term_id)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_take_down_withdrawal(term_id, form.told_at(), form.cleaned_data["how"], actor=staff_of(request))
            ask_anew(_devices(file), staff_of(request))
            said = "It is withdrawn. Nothing that is collected under it counts from then on."
            return done(request, said, "case-orders", case_id)
    agreed = select(file.instruments, term.instrument).agreement is not None
    return page(request, "withdraw-term.html", file=file, form=form, term=term, agreed=agreed, section="cases")


def _consent(one: Instrument, file: CaseFile) -> str:
    """What the form says of a discharge; empty where it needs nobody's consent now."""
    return order_words.consent(one.basis) if needs_consent(one, clock.now(), file.instruments) else ""


def follows(file: CaseFile, ending: Instrument, lists: list[ListDeclaration], at: Ms) -> Follows | None:
    """What would fall and what would run on if the instrument ended at `at`. None where nothing is authorised."""
    given = [] if file.monitoring is None else file.monitoring.authorisations
    authorised = [one for one in given if one.authorised_at and one.authorised_at <= at]
    if not authorised:
        return None
    choices = max(authorised, key=lambda one: one.authorised_at or 0).choices
    ended = replace(ending, ended_at=at, end_known_at=at)
    others = [one for one in file.instruments if one.id != ending.id]
    try:
        before = compile_grants([*others, ending], file.terms, choices, lists, at)
        after = compile_grants([*others, ended], file.terms, choices, lists, at)
    except Refused as refusal:
        return Follows(unclear=refusal.code)
    still = {_called(grant) for grant in after}
    return Follows(tuple(one for one in map(_called, before) if one not in still), tuple(map(_called, after)))


def _called(grant: Grant) -> Falls:
    return grant.kind, tuple(ref.name for ref in grant.lists)


def ask_anew(devices: Iterable[Id], actor: Actor) -> None:
    """Ask for the next profile of each of these devices; what the worker asked for already, it has."""
    for device in devices:
        try:
            do_ask_profile(device, actor=actor)
        except Refused as refusal:
            if refusal.code != "asked-already":
                raise


def _devices(file: CaseFile) -> list[Id]:
    """The devices that a profile can be asked for."""
    if file.monitoring is None or file.monitoring.deployment.state not in COLLECTING:
        return []
    return [view.device.id for view in file.monitoring.devices]
