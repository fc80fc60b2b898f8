"""Which devices are due a profile, for the worker to ask the signer. Runs inside the open scope.

Rules
- A lease that ends soon is renewed if the next would last longer. If an assessment cuts it short, it would cut the next at the same moment.
- If more became known of the orders since the newest lease began, a profile is due at once. Examples: an end, or a confirmed term by which
  a newer order may end an older (SA20 s.349). The same if two people authorised less. If they authorised more, whoever serves the notice
  asks.
- If somebody agreed to other protected contacts since, a profile with them is due at once.
- A request that waits for less than a day, or was refused since `refused_since`, is not repeated. A profile signed empty because no other
  could be counts as refused, and is asked for again until the obstacle is gone (S107).
- A forged request delays a renewal for that time only. Future requests do not count, and one from before a change delays nothing that the
  change requires. A refusal that only concerns its request (`OF_THE_REQUEST`) delays nothing, unless the request before met the same or the
  two before were refused. A future authorisation does not count, and an unreadable one hides nothing (`newest_authorised`).
- If monitoring may collect no more and a device's newest profile still grants something, an empty one is due. What held a profile back
  before that one, as a suspension did, is over.
- A fleet has too many devices to be looked at each second. So the worker names those it asks about (`some_devices`).
"""

from collections.abc import Collection
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from offmon.core import clock as time
from offmon.core.authority.noticed import covers
from offmon.core.authority.profile import Profile
from offmon.core.formats import dsse
from offmon.core.ids import Id, Ms
from offmon.core.states import ProfileState
from offmon.server.base import clock
from offmon.server.deployments import models
from offmon.server.deployments.lease import lease_end
from offmon.server.deployments.policy import COLLECTING, OF_THE_REQUEST, given, newest_authorised
from offmon.server.deployments.queries.contacts import agreed_since
from offmon.server.deployments.queries.reviews import next_review
from offmon.server.orders.queries import last_learned

_GOES_ON: Final = Q(deployment__state__in=COLLECTING, deployment__key_destroyed_at=None)
_COLUMNS: Final = (  # the worker reads no others of a device
    *("id", "deployment_id", "case"),
    *("begins", "ends", "refusal", "held", "in_the_way", "rests_on", "agreed"),
)


def some_devices(cases: Collection[Id], after: Id | None, most: int) -> tuple[list[Id], Id | None]:
    """The devices of these cases, with the next of all after that one, up to `most`; and the last of them, or None at the end of all."""
    rows = models.Device.objects.order_by("id")
    further = rows if after is None else rows.filter(id__gt=after)
    following = list(further.values_list("id", flat=True)[:most])
    named = rows.filter(case__in=cases).values_list("id", flat=True) if cases else ()
    return [*following, *named], following[-1] if len(following) == most else None


def devices_to_renew(before: Ms, refused_since: Ms, among: Collection[Id] | None = None) -> list[Id]:
    """The devices: those whose lease ends by `before`, and those that are due at once. Times in ms UTC. `among`: None for all."""
    now = clock.now()
    devices = _devices(now, refused_since)
    devices = devices if among is None else devices.filter(id__in=among)
    known = list(devices.filter(_GOES_ON).values_list(*_COLUMNS, named=True))
    learned = last_learned({one.case for one in known}, now)
    contacts = agreed_since({one.case for one in known}, now)
    changed = {one.case: max(learned.get(one.case, Ms(0)), contacts.get(one.case, Ms(0))) for one in known}
    due = [one.id for one in known if _is_due(one, changed[one.case], before, now)]
    free = Q(in_the_way=None) | Q(in_the_way__lt=F("begins"))
    over = devices.exclude(_GOES_ON).filter(free, ends__gt=now, refusal=None)
    return due + [
        device for device, document in over.values_list("id", "document") if dsse.peek(Profile, document).grants
    ]


def _devices(now: Ms, refused_since: Ms) -> "QuerySet[Any]":
    """Each device with its newest signed profile, what was authorised last, and the newest request that holds another back."""
    every = models.Profile.objects.filter(device=OuterRef("id"))
    signed = every.filter(state=ProfileState.SIGNED).order_by("-version")
    held = every.filter(lease_since__lte=now + time.MINUTE_MS).filter(
        Q(state=ProfileState.ASKED, lease_since__gte=now - time.DAY_MS)
        | (Q(state=ProfileState.REFUSED) | Q(refusal__isnull=False)) & Q(lease_since__gte=refused_since)
    )
    refused = models.Profile.objects.filter(state=ProfileState.REFUSED, device=OuterRef("device"))
    before_it = refused.filter(version=OuterRef("version") - 1)
    again = Exists(before_it.filter(refusal=OuterRef("refusal")))
    and_again = Exists(before_it) & Exists(refused.filter(version=OuterRef("version") - 2))
    in_the_way = held.filter(~Q(state=ProfileState.REFUSED, refusal__in=OF_THE_REQUEST) | again | and_again)
    agreed = given(now).filter(deployment_id=OuterRef("deployment_id"))
    return models.Device.objects.annotate(
        begins=Subquery(signed.values("lease_since")[:1]),
        ends=Subquery(signed.values("lease_until")[:1]),
        refusal=Subquery(signed.values("refusal")[:1]),
        document=Subquery(signed.values("document")[:1]),
        rests_on=Subquery(signed.values("authorisation_id")[:1], output_field=models.Authorisation._meta.pk),
        agreed=Subquery(agreed.values("id")[:1]),
        held=Subquery(held.order_by("-lease_since").values("lease_since")[:1]),
        in_the_way=Subquery(in_the_way.order_by("-lease_since").values("lease_since")[:1]),
    ).order_by("id")


def _is_due(one: Any, learned: Ms, before: Ms, now: Ms) -> bool:
    """Of monitoring that goes on. `one`: a device as `_devices` has it."""
    of_late = max(learned, _narrowed_at(one))
    if one.begins is not None and of_late > one.begins:
        return bool(one.in_the_way is None or one.in_the_way < of_late)
    if one.held is not None:
        return False
    if one.ends is None or one.refusal is not None:
        return True
    return bool(one.ends < before and one.ends < _next_end(one.deployment_id, now))


def _narrowed_at(one: Any) -> Ms:
    """When the newest was authorised, where it is another than the newest profile rests on and goes no further; 0 where not."""
    if one.agreed == one.rests_on:
        return Ms(0)
    newest = newest_authorised(one.deployment_id)
    held = models.Authorisation.objects.filter(id=one.rests_on).first()
    if newest is None or held is None or newest.id == held.id or not covers(held.chosen or (), newest.chosen or ()):
        return Ms(0)
    return newest.authorised_at or Ms(0)


def _next_end(deployment: Id, at: Ms) -> Ms:
    """When the lease would end of a profile that is asked for at `at`."""
    newest = newest_authorised(deployment)
    return lease_end(at, (), None) if newest is None else lease_end(at, newest.chosen or (), next_review(newest))
