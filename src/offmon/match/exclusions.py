"""Places and searches that yield nothing at all (R-RGT-10, design §1.3).

Rules
- Exclusions come first. An excluded page gives no finding, no refusal, no count and no gap. So nothing tells of a solicitor, a doctor, a
  crisis line, a refuge or a place of worship.
- Two lists are asked: the agency's public places, and this person's own protected contacts. A contact is one site, never a shared domain.
- A host is excluded as a list names it (`sites`): with its subdomains, or only below a path. It may be a whole suffix (`nhs.uk`).
- A protected intent excludes a search on a known engine that holds its words whole and in sequence. Only the search term counts, or anyone
  could hide an address by adding such words to it.
- An excluded address typed into such an engine excludes the search too, since people type addresses there.
- People also paste from other pages and addresses. So words and places are searched for under each layer of escapes, and without invisible
  characters (soft hyphens, directions).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from offmon.core.authority.lists import Exclusions, ListEntry
from offmon.core.authority.protected_contacts import ProtectedContact
from offmon.core.errors import Malformed
from offmon.core.formats.event import Gravity
from offmon.core.ids import Slug
from offmon.core.text.addresses import PageAddress, place_of, unescape
from offmon.core.text.invisible_text import unseen
from offmon.match.pages import all_terms
from offmon.match.sites import Sites
from offmon.match.text import words
from offmon.match.unsafe_text import MAX_URL

FEWEST_WORDS: Final = 2  # of a contact's name: one alone is an everyday word
_BETWEEN_ADDRESSES = re.compile(r"[^\w./%-]+")
_DASHES = re.compile("(?<=\\w)[\u2012-\u2015\u2212](?=\\w)")
_APOSTROPHES = re.compile("[\u2018\u02bc\u00b4\u2032`]")
_LAYERS = 6  # no address carries another so deep


class Excluded:
    """An exclusion list and the person's own contacts, made ready to be asked.

    Raises Malformed where an entry is not a host, a contact's is not one site, an intent has no word, or a contact's name has only one.
    """

    def __init__(
        self, exclusions: Exclusions, contacts: Sequence[ProtectedContact] = (), sites: Sequence[str] = ()
    ) -> None:
        own = (*(host for one in contacts for host in one.hosts), *sites)
        self._places = (Sites(_entries(exclusions.hosts), one_site=False), Sites(_entries(own)))
        intents, names = list(map(words, exclusions.intents)), [words(one.name) for one in contacts if one.name]
        if not all(intents):
            raise Malformed("bad-intent", "A protected intent has no word in it.")
        if any(len(name) < FEWEST_WORDS for name in names):
            raise Malformed("bad-name", "A protected contact's name has at least two words.")
        self._intents = tuple(f" {' '.join(intent)} " for intent in (*intents, *names))

    def covers(self, url: str) -> bool:
        """Whether the page at this address is excluded. Never raises."""
        place = place_of(url)
        if place is None:
            return False
        if self._lists(place):
            return True
        terms = (term[:MAX_URL] for term in all_terms(place))  # a longer one is poison
        return any(self._protects(said) for term in terms for said in _ways_to_read(term))

    def _protects(self, term: str) -> bool:
        searched = f" {' '.join(words(term))} "
        return any(intent in searched for intent in self._intents) or any(
            self._lists(place) for place in _places_in(term)
        )

    def _lists(self, place: PageAddress) -> bool:
        return any(sites.find(place) is not None for sites in self._places)


def _entries(hosts: Iterable[str]) -> Iterator[ListEntry]:
    return (ListEntry(Slug("excluded"), host, Gravity.STANDARD) for host in hosts)


def _ways_to_read(term: str) -> Iterator[str]:
    """A search term as it stands and as it looks, then the same with one layer of its escapes after the other undone."""
    for _ in range(_LAYERS):
        yield from dict.fromkeys((term, *_as_it_may_look(term)))
        inner = unescape(term)
        if inner == term:
            return
        term = inner


def _as_it_may_look(term: str) -> Iterator[str]:
    """Without what nobody sees, which joins or parts; with one full stop; a long dash being a hyphen, or between two words."""
    for gap in ("", " "):
        seen = (gap if unseen(one) else one for one in term)
        plain = (
            unicodedata.normalize("NFKC", _APOSTROPHES.sub("'", "".join(seen)))
            .replace("。", ".")
            .replace("\u2010", "-")
        )
        yield plain
        yield _DASHES.sub("-", plain)


def _places_in(term: str) -> Iterator[PageAddress]:
    """Each word of a search term that can be an address, with or without what a person or an engine puts around it (`site:`, quotes)."""
    for word in dict.fromkeys(_BETWEEN_ADDRESSES.split(term)):
        place = place_of(f"https://{word.strip('-./_')}") if "." in word or "%" in word else None
        if place is not None:
            yield place
