"""A transfer of a case to another agency: proposed, approved or refused, accepted or declined."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.agencies.transfers.queries import OfferView, TransferView
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console import signin, transfer_words, words
from offmon.server.faces.console.forms.refusal import RefuseForm, WithdrawForm
from offmon.server.faces.console.forms.transfers import AcceptTransferForm, ProposeTransferForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, staff_of
from offmon.server.start_page import transfers


@requires(Permission.TRANSFER_PROPOSE)
def propose_transfer(request: HttpRequest, case_id: Id) -> HttpResponse:
    """The case's officer proposes that another agency takes the case over."""
    file, others = file_of(request, case_id, parts=()), transfers.receivers(case_id, actor=staff_of(request))
    form = ProposeTransferForm(request.POST or None, agencies=others)
    if form.is_valid():
        with refusals_on(form):
            transfer = transfers.do_propose_transfer(case_id, form.given(), actor=staff_of(request))
            return done(
                request, "The transfer is proposed. A supervisor must approve it.", "transfer", case_id, transfer
            )
    return page(request, "propose-transfer.html", file=file, others=others, form=form, section="cases")


@requires(Permission.DEPLOYMENT_READ)
def transfer(request: HttpRequest, case_id: Id, transfer_id: Id) -> HttpResponse:
    """One transfer as the agency that proposes it sees it, and how it stands."""
    file, (one, waits) = file_of(request, case_id, parts=()), _transfer(request, case_id, transfer_id)
    shown = {"one": one, "waits": sorted(waits), "state": transfer_words.state(one)}
    return page(request, "transfer.html", file=file, section="cases", **shown)


@requires(Permission.TRANSFER_APPROVE)
def approve_transfer(request: HttpRequest, case_id: Id, transfer_id: Id) -> HttpResponse:
    """A supervisor approves: the other agency is asked."""
    file, (one, waits) = file_of(request, case_id, parts=()), _transfer(request, case_id, transfer_id)
    form = transfer_words.ApproveForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            transfers.do_approve_transfer(one.id, case_id, actor=staff_of(request))
            said = f"The transfer is approved. {one.receiver.name} is asked."
            return done(request, said, "transfer", case_id, one.id)
    shown = {"one": one, "waits": sorted(waits), "form": form, "state": transfer_words.state(one)}
    return page(request, "approve-transfer.html", file=file, section="cases", **shown)


@requires(Permission.TRANSFER_APPROVE)
def refuse_transfer(request: HttpRequest, case_id: Id, transfer_id: Id) -> HttpResponse:
    """A supervisor refuses, with a reason that the proposer reads."""
    file, (one, _) = file_of(request, case_id, parts=()), _transfer(request, case_id, transfer_id)
    form = RefuseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            transfers.do_refuse_transfer(one.id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(
                request, "The transfer is refused. The case stays with your agency.", "transfer", case_id, one.id
            )
    return page(request, "refuse-transfer.html", file=file, one=one, form=form, section="cases")


@requires(Permission.TRANSFER_PROPOSE)
def withdraw_transfer(request: HttpRequest, case_id: Id, transfer_id: Id) -> HttpResponse:
    """An officer of the case takes it back, until the other agency has accepted."""
    file, (one, _) = file_of(request, case_id, parts=()), _transfer(request, case_id, transfer_id)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            transfers.do_withdraw_transfer(one.id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "The transfer is withdrawn. The case stays with your agency.", "people", case_id)
    return page(request, "withdraw-transfer.html", file=file, one=one, form=form, section="cases")


@requires(Permission.TRANSFER_ACCEPT)
def transfer_offer(request: HttpRequest, offer_id: Id) -> HttpResponse:
    """A case that another agency offers: accept it, and say who keeps it."""
    one = _offer(request, offer_id)
    form = AcceptTransferForm(request.POST or None, officers=transfers.officers(staff_of(request)))
    if one.waits and form.is_valid():
        with refusals_on(form):
            actor = staff_of(request)
            case = transfers.accept_transfer(offer_id, Id(form.cleaned_data["officer"]), actor=actor)
            signin.work_for(request, actor.agency, took_over=transfers.take_over(actor).took_over)
            messages.success(
                request, "Your agency leads the case now. Serve a notice that names it; monitoring goes on."
            )
            return redirect("people", case)
    return page(request, "transfer-offer.html", form=form, section="start", **_shown(one))


@requires(Permission.TRANSFER_ACCEPT)
def decline_transfer(request: HttpRequest, offer_id: Id) -> HttpResponse:
    """Say no to a case that another agency offers."""
    one = _offer(request, offer_id)
    form = RefuseForm(request.POST or None)
    if one.waits and form.is_valid():
        with refusals_on(form):
            transfers.do_decline_transfer(offer_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, f"The transfer is declined. {one.sender.name} is told.", "home")
    return page(request, "decline-transfer.html", form=form, section="start", **_shown(one))


def _shown(one: OfferView) -> dict[str, object]:
    return {"one": one, "orders": [words.BASIS[basis] for basis in transfer_words.bases(one)]}


def _transfer(request: HttpRequest, case: Id, transfer: Id) -> tuple[TransferView, set[str]]:
    one, waits = transfers.transfer_page(case, transfer, actor=staff_of(request))
    return or_404(one), waits


def _offer(request: HttpRequest, offer: Id) -> OfferView:
    return or_404(transfers.offer_page(offer, actor=staff_of(request)))
