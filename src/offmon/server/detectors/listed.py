"""Which entries of the lists in use look for exactly what somebody typed (R-LEG-15)."""

from collections.abc import Collection
from contextlib import suppress

from offmon.core.authority.capability import Capability
from offmon.core.authority.silence import ListedEntry
from offmon.core.errors import Malformed
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.detectors.entries import form_of
from offmon.server.detectors.queries import declarations, patterns_of


def entries_named(typed: str, capabilities: Collection[Capability], *, actor: Actor) -> list[ListedEntry]:
    """The entries of lists for these capabilities that are this site or phrase, compared as a device compares; one of each list at most."""
    what = typed.strip().removeprefix("https://").removeprefix("http://").rstrip("/")
    with scope(actor):
        lists = [one for one in declarations() if one.capability in capabilities]
        patterns = patterns_of({one.ref.name for one in lists})
    found = []
    for one in lists:
        form = form_of(one.capability)
        with suppress(Malformed):
            wanted = form(what)
            found += [
                ListedEntry(one.ref.id, rule)
                for rule, pattern in patterns.get(one.ref.name, {}).items()
                if form(pattern) == wanted
            ]
    return found
