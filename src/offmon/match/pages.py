"""The class of page behind an address, as far as it is positively established (design §1, R-LEG-30).

Rules
- READABLE is only the result page of a search engine in this table: its exact host, its path, a search term that is not empty.
- An engine's chat is not its result page. If the address names it, or has an unknown value, the page is UNKNOWN.
- MESSAGE is a place known to hold a mailbox, a thread or a composer. Everything else is UNKNOWN. Neither is read: fail closed.
- A frame is part of the pages around it: a message if any of them is one, and readable only if all of them are.
- The table is ours and small on purpose. A missing engine costs coverage, never privacy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from offmon.core.formats.event import PageClass
from offmon.core.text.addresses import PageAddress, place_of, unescape
from offmon.match.sites import Pattern


@dataclass(frozen=True, slots=True)
class Engine:
    """How one search engine's result pages are addressed.

    `term` names the parameter with the search term. `known` are parameters that change what kind of page it is, with the values that
    still mean results; a value that is not among them makes the page unknown. `more` are those that ask for more words or places: what
    stands there is protected as the term is, and the detectors go by the term alone.
    """

    hosts: tuple[str, ...]
    path: tuple[str, ...]
    term: str
    known: Mapping[str, frozenset[str]]
    more: tuple[str, ...] = ()


def _with_www(*hosts: str) -> tuple[str, ...]:
    return tuple(f"{www}{host}" for host in hosts for www in ("", "www."))


_NONE: Final[Mapping[str, frozenset[str]]] = {}
ENGINES: Final = (
    # udm: the vertical; 50 is a conversation. These are images, videos, news, web, forums, books.
    Engine(
        _with_www("google.com", "google.co.uk", "google.ie"),
        ("search",),
        "q",
        {"udm": frozenset({"2", "7", "12", "14", "18", "36"})},
        ("as_q", "as_epq", "as_oq", "as_sitesearch"),
    ),
    Engine(_with_www("bing.com"), ("search",), "q", {"showconv": frozenset({"0"})}),
    Engine(_with_www("bing.com"), ("images", "search"), "q", _NONE),
    # ia: the vertical; "chat" is a conversation.
    Engine(_with_www("duckduckgo.com"), (), "q", {"ia": frozenset({"web", "images", "videos", "news"})}),
    Engine(("search.yahoo.com", "uk.search.yahoo.com"), ("search",), "p", _NONE),
    Engine(_with_www("ecosia.org"), ("search",), "q", _NONE),
    Engine(("search.brave.com",), ("search",), "q", _NONE),
    Engine(_with_www("startpage.com"), ("sp", "search"), "query", _NONE),
    Engine(_with_www("qwant.com"), (), "q", _NONE),
    Engine(_with_www("yandex.com"), ("search",), "text", _NONE),
)

MESSAGE_PLACES: Final = tuple(
    map(
        Pattern.parse,
        (
            "mail.google.com",
            "chat.google.com",
            "messages.google.com",
            "outlook.live.com",
            "outlook.office.com",
            "outlook.office365.com",
            "teams.microsoft.com",
            "mail.yahoo.com",
            "mail.aol.com",
            "mail.proton.me",
            "icloud.com/mail",
            "web.whatsapp.com",
            "web.telegram.org",
            "messenger.com",
            "facebook.com/messages",
            "instagram.com/direct",
            "x.com/messages",
            "linkedin.com/messaging",
            "discord.com/channels",
            "app.slack.com",
            "reddit.com/chat",
        ),
    )
)


def page_class(url: str) -> PageClass:
    """The class of the page at an address. Never raises."""
    place = place_of(url)
    if place is None:
        return PageClass.UNKNOWN
    if any(pattern.covers(place) for pattern in MESSAGE_PLACES):
        return PageClass.MESSAGE
    engine = next((e for e in ENGINES if place.host in e.hosts and place.path == e.path), None)
    if engine is None or not _values(place, engine.term):
        return PageClass.UNKNOWN
    for name, meaning_results in engine.known.items():
        if not set(_values(place, name)) <= meaning_results:
            return PageClass.UNKNOWN
    return PageClass.READABLE


def class_within(url: str, around: Iterable[str]) -> PageClass:
    """The class of a page that stands in the frames of the pages `around` it; there may be none. Never raises."""
    classes = {page_class(address) for address in (url, *around)}
    if PageClass.MESSAGE in classes:
        return PageClass.MESSAGE
    return PageClass.READABLE if classes == {PageClass.READABLE} else PageClass.UNKNOWN


def search_terms(place: PageAddress) -> tuple[str, ...]:
    """What was searched for, where the place is on a search engine of the table, whatever page of it."""
    return _of(place, {engine.term for engine in _engines_at(place.host)})


def all_terms(place: PageAddress) -> tuple[str, ...]:
    """That, with the words and places that the address asks for beside it."""
    return _of(place, {name for engine in _engines_at(place.host) for name in (engine.term, *engine.more)})


def asked_by(host: str) -> frozenset[str] | None:
    """The parameters by which an engine of the table is asked; None for any other host."""
    own = _engines_at(host)
    return frozenset(name for engine in own for name in (engine.term, *engine.more, *engine.known)) if own else None


def _engines_at(host: str) -> list[Engine]:
    return [engine for engine in ENGINES if host in engine.hosts]


def _of(place: PageAddress, names: set[str]) -> tuple[str, ...]:
    return tuple(value for name in sorted(names) for value in _values(place, name))


def _values(place: PageAddress, name: str) -> tuple[str, ...]:
    """Every value of a parameter that is not empty. A repeated parameter is read whole: engines differ in which one they take."""
    pairs = (part.partition("=") for part in place.query.split("&"))
    found = (unescape(value.replace("+", " ")) for key, _, value in pairs if unescape(key) == name)
    return tuple(value for value in found if value.strip())
