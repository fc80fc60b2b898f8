"""Which lists monitoring was done by, and for how long: what a forecast rests on. Inside the scope that is open."""

from collections.abc import Iterator
from dataclasses import dataclass

from offmon.core.ids import Id, Ms
from offmon.server.deployments.models import Authorisation, Notice


@dataclass(frozen=True, slots=True)
class ListUse:
    """Monitoring that used a list, from `since` to `until`, by what was authorised for it last."""

    deployment: Id
    list: Id
    since: Ms
    until: Ms


def uses_since(since: Ms, at: Ms) -> list[ListUse]:
    """Each list of each monitoring open to the actor, in the time between. Nothing is collected before a notice was served."""
    newest_first = Notice.objects.order_by("-served_at").values_list("deployment_id", "served_at")
    told: dict[Id, Ms] = dict(newest_first)  # when the first was served, which comes last
    rows = Authorisation.objects.filter(authorised_at__isnull=False, deployment__in=told).select_related("deployment")
    newest = {row.deployment_id: row for row in rows.order_by("authorised_at")}
    return [use for row in newest.values() for use in _uses(row, max(since, told[row.deployment_id]), at)]


def _uses(row: Authorisation, since: Ms, at: Ms) -> Iterator[ListUse]:
    begins, ends = max(since, row.authorised_at or at), min(at, row.deployment.stopped_at or at)
    if begins < ends:
        for listed in {one for choice in row.chosen or () for one in choice.lists}:
            yield ListUse(row.deployment_id, listed, Ms(begins), Ms(ends))
