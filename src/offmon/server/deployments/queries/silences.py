"""The permissions and exclusions that a profile carries. Inside the scope that is open."""

from collections.abc import Iterable
from dataclasses import replace

from offmon.core.authority.capability import Detector, rule_of
from offmon.core.authority.lists import MAX_ENTRIES_BYTES, ListEntries
from offmon.core.authority.profile import Grant
from offmon.core.authority.silence import ListedEntry, Silence
from offmon.core.clock import Period
from offmon.core.formats import codec
from offmon.core.ids import Id, Ms
from offmon.server.deployments import models
from offmon.server.detectors.entries import entries_within
from offmon.server.detectors.queries import LiveList
from offmon.server.orders.silences.queries import counting


def settled_at(deployment: Id, authorisation: models.Authorisation) -> Ms:
    """When what may be collected was settled: authorised, by what a profile rests on and by what the newest notice tells of.

    An exclusion that was removed later holds on. 0: no notice was served.
    """
    notice = models.Notice.objects.filter(deployment_id=deployment).order_by("-served_at").first()
    papers = models.NoticePaper.objects.filter(deployment_id=deployment).defer("words").select_related("authorisation")
    paper = None if notice is None else papers.filter(text=notice.text).first()
    told = Ms(0) if paper is None else paper.authorisation.authorised_at or Ms(0)
    return min(told, authorisation.authorised_at or Ms(0))


def silences_signed(
    case: Id, settled: Ms, lease: Period, grants: Iterable[Grant], lists: Iterable[LiveList]
) -> tuple[Silence, ...]:
    """Those that count for a profile with that lease, each site with the listed entries that it covers in the lists of these grants."""
    found = counting(case, settled, lease)
    if not any(one.site for one in found):
        return tuple(found)
    named = {ref for grant in grants for ref in grant.lists if rule_of(grant.kind).detector is Detector.SITE}
    entries = {
        one.declared.ref.id: codec.load(ListEntries, one.entries, max_size=MAX_ENTRIES_BYTES).entries
        for one in lists
        if one.declared.ref in named
    }
    return tuple(
        one
        if one.site is None
        else replace(
            one,
            entries=tuple(
                ListedEntry(of, rule) for of, held in entries.items() for rule in entries_within(one.site, held)
            ),
        )
        for one in found
    )
