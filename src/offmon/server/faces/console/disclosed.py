"""What was sent of one page load, as the page shows it that reveals it: what all its matches share is said once."""

from collections.abc import Mapping
from dataclasses import dataclass

from offmon.core.formats import codec
from offmon.core.formats.commitment import Unfit
from offmon.core.formats.event import Body
from offmon.server.base.vault import RevealedPage
from offmon.server.triage.queries.occurrences import Match, Occurrence

OF_THE_PAGE = ("url", "title")
OF_SITES = {"context_before": "sites_before", "context_after": "sites_after"}
"""What a field is called where it holds sites around a finding, and no words."""


@dataclass(frozen=True, slots=True)
class SentMatch:
    """One match and the fields of its own that were sent; or why they are unfit to be shown."""

    match: Match
    fields: Mapping[str, str]
    unfit: Unfit | None


@dataclass(frozen=True, slots=True)
class SentPage:
    """The fields that all matches of a page share, and the matches."""

    shared: Mapping[str, str]
    matches: tuple[SentMatch, ...]


def sent_of(load: Occurrence, revealed: RevealedPage) -> SentPage:
    """The page and its matches, the gravest and surest first."""
    found = {one.n: one for one in revealed.matches}
    bodies = [_fields(one.body) for one in found.values() if one.body is not None]
    shared = {
        name: bodies[0][name]
        for name in OF_THE_PAGE
        if len({body.get(name) for body in bodies}) == 1 and name in bodies[0]
    }
    return SentPage(
        shared,
        tuple(
            SentMatch(
                match,
                {
                    OF_SITES.get(name, name) if load.follows else name: value
                    for name, value in _fields(found[match.place.n].body).items()
                    if name not in shared
                },
                found[match.place.n].unfit,
            )
            for match in load.matches
        ),
    )


def _fields(body: Body | None) -> dict[str, str]:
    doc = {} if body is None else codec.to_doc(body)
    return {name: str(value) for name, value in doc.items() if value and name != "type"}
