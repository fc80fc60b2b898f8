"""Whether a list names the place where a page is (`core.text.addresses`).

Rules
- A pattern is `host` or `host/path`. It covers that host and every subdomain, by whole labels: `example.org` covers `a.example.org`, never
  `notexample.org` or `example.org.evil.invalid`. A path covers itself and everything below, by whole segments: `/a` never `/ab`.
- A pattern has at least two labels. A list's pattern also names one site, not a shared domain (`shared_domains`). Only an exclusion may, as
  `nhs.uk` does: too wide an exclusion costs coverage, never privacy.
- If several entries of one list cover a place, the most specific one is named.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from offmon.core.authority.lists import ListEntry
from offmon.core.errors import Malformed
from offmon.core.text.addresses import PageAddress, is_of_site, normal_host, segments_of
from offmon.match.held_entries import HeldEntries
from offmon.match.shared_domains import is_everybodys


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a list says of one place."""

    host: str
    path: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, *, one_site: bool = True) -> "Pattern":
        """Read `host` or `host/path`. Raises Malformed, also for a whole public suffix unless the pattern need not be `one_site`."""
        host_text, _, path = text.partition("/")
        host = normal_host(host_text)
        single = host is not None and "." not in host and not host.startswith("[")
        if host is None or single or any(c in text for c in "?#\\"):
            raise Malformed(
                "bad-pattern", "A site is listed as host or host/path, with at least two labels in the host."
            )
        if one_site:
            check_one_site(host)
        return cls(host, segments_of(path))

    def covers(self, place: PageAddress) -> bool:
        """Whether the place is this one or lies below it."""
        return is_of_site(place.host, self.host) and place.path[: len(self.path)] == self.path


def check_one_site(host: str) -> None:
    """Raises Malformed where the host is plainly what strangers' sites lie below, so that to list it is to watch them all."""
    if is_everybodys(host):
        raise whole_suffix()


def whole_suffix() -> Malformed:
    """The refusal of an entry that covers the sites of strangers."""
    return Malformed(
        "whole-suffix",
        "Strangers have their sites below this name, so it would record visits to all of them. List each site that is meant.",
    )


class Sites:
    """A list of sites, made ready to be asked. Raises Malformed where an entry is no pattern, or not of `one_site` where it must be.

    Each place is held as a number made of its host and path, in order, and is read again when it is asked for.
    """

    def __init__(self, entries: Iterable[ListEntry], *, one_site: bool = True) -> None:
        self._entries = HeldEntries()
        places = array("q")
        depths = set[int]()
        for entry in entries:
            pattern = Pattern.parse(entry.pattern, one_site=one_site)
            self._entries.add(entry)
            places.append(hash((pattern.host, pattern.path)))
            depths.add(len(pattern.path))
        self._numbers = array("I", sorted(range(len(places)), key=places.__getitem__))
        self._places = array("q", map(places.__getitem__, self._numbers))
        self._depths = sorted(depths, reverse=True)

    def find(self, place: PageAddress) -> ListEntry | None:
        """The most specific entry that covers the place: the longest host, then the longest path."""
        host = place.host
        while host:
            for depth in self._depths:
                found = self._named(host, place.path[:depth]) if depth <= len(place.path) else None
                if found is not None:
                    return found
            host = host.partition(".")[2]
        return None

    def _named(self, host: str, path: tuple[str, ...]) -> ListEntry | None:
        """The first entry that names exactly that."""
        wanted = hash((host, path))
        for at in range(bisect_left(self._places, wanted), len(self._places)):
            if self._places[at] != wanted:
                return None
            entry = self._entries[self._numbers[at]]
            if Pattern.parse(entry.pattern, one_site=False) == Pattern(host, path):
                return entry
        return None
