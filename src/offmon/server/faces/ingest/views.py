"""The six operations of the device protocol. Anybody who can sign may call them; the signature says who it is."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from offmon.core.errors import NotAuthentic, Refused
from offmon.core.formats import codec, dsse, httpsig
from offmon.core.formats.batches import MAX_BATCH, load
from offmon.core.formats.beat import known_as
from offmon.core.formats.event import DeviceCheckpoint
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.protocol import MAX_ENROL, MAX_HISTORY, MAX_WAY_IN, Enrol
from offmon.server.base.scope import scope
from offmon.server.base.web.permissions import public
from offmon.server.deployments.actions import do_enrol, proof_of
from offmon.server.deployments.queries import agency_of_code, update_for
from offmon.server.deployments.queries.signed import names_of
from offmon.server.faces.ingest import receipts, signed
from offmon.server.faces.ingest.answers import turning
from offmon.server.intake.actions import do_receive
from offmon.server.intake.short_beats import do_hear
from offmon.server.rights.actions import do_keep_way_in
from offmon.server.rights.kept_history.actions import do_keep_history_ask


@public("devices authenticate by signature")
def batches(request: HttpRequest) -> HttpResponse:
    """`POST /v1/batches`: leaves and a checkpoint, or a checkpoint alone; answered by a signed receipt."""
    asked = signed.from_device(request, "POST", MAX_BATCH)
    with turning(asked.sender):
        batch, documents = load(asked.body)
        checkpoint = dsse.open_signed(DeviceCheckpoint, batch.checkpoint, asked.key)
        received = do_receive(batch, checkpoint, asked.device, documents=documents, actor=asked.actor)
    return _document(receipts.receipt(received, asked.device.device, asked.nonce, asked.actor))


@public("devices authenticate by signature")
def beats(request: HttpRequest) -> HttpResponse:
    """`POST /v1/beats`: a short heartbeat; answered by the time and the receipt's signature, or 204 where we know another state."""
    asked = signed.from_beat(request)
    with turning(asked.sender):
        given = receipts.log_checkpoint(asked.actor)
        received = do_hear(asked.said, asked.nonce, asked.expires_at, asked.known, given)
    if received is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return _answered(receipts.heard(received, asked.known.device.device, asked.nonce, given))


@public("devices authenticate by signature")
def profile(request: HttpRequest) -> HttpResponse:
    """`GET /v1/profile`: the newest signed profile and what it names; 304 where the device says that it holds that."""
    asked = signed.from_device(request, "GET", 0)
    with turning(asked.sender), scope(asked.actor):
        known = known_as(*names_of(asked.device.agency, asked.device.device))
        if request.headers.get("If-None-Match") == known:
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED)
        update = update_for(asked.device)
    return _document(codec.dump(update))


@public("devices authenticate by signature")
def way_in(request: HttpRequest) -> HttpResponse:
    """`POST /v1/way-in`: the person drew a code for their own page on their device; answered by the signed time at which it is kept."""
    asked = signed.from_device(request, "POST", MAX_WAY_IN)
    with turning(asked.sender):
        do_keep_way_in(asked.body, asked.device, asked.key, actor=asked.actor)
    return _document(receipts.time_for(asked.nonce))


@public("devices authenticate by signature")
def history(request: HttpRequest) -> HttpResponse:
    """`POST /v1/history`: the person asks that the history on their device is opened; its keys, once an officer had it opened."""
    asked = signed.from_device(request, "POST", MAX_HISTORY)
    with turning(asked.sender):
        answer = do_keep_history_ask(asked.body, asked.device, asked.key, actor=asked.actor)
    return _document(codec.dump(answer))


@public("devices authenticate by signature")
def enrol(request: HttpRequest) -> HttpResponse:
    """`POST /v1/enrol`: a new device, by the code on the person's paper and with proof that it holds its key."""
    with turning():
        message = signed.read(request, "POST", MAX_ENROL)
        given = httpsig.parse(request.headers.get("Signature-Input", ""))
        asked = codec.load(Enrol, message.body, max_size=MAX_ENROL)
        key = PublicKey.parse(asked.device_key)
        if given.keyid != key.keyid:
            raise NotAuthentic("bad-signature", "Enrolment is signed with the key that is to be enrolled.")
        signed.check_signed(request, message, given, key)
        signed.check_fresh(given, None)
        agency = agency_of_code(proof_of(asked.secret))
        if agency is None:
            raise Refused("bad-code", "The enrolment code is wrong, used or out of time; ask for a new one.")
        enrolled = do_enrol(asked, actor=signed.acting(request, agency))
    return _document(codec.dump(enrolled))


def _answered(data: bytes) -> HttpResponse:
    response = HttpResponse(data)
    del response["Content-Type"]  # bytes that only a device reads; each byte counts in a year of heartbeats
    return response


def _document(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="application/json")
