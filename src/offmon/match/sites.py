"""Where a page is, and whether a list names that place.

Rules (after the WHATWG URL standard, as far as a host and a path need it)
- A place is a host and a path. Scheme (http or https), port, user name and password are ignored. The host's case, trailing dot, full-width
  dots and percent signs make no difference. A host beyond ASCII is compared in its punycode form.
- A pattern is `host` or `host/path`. It covers that host and every subdomain, by whole labels: `example.org` covers `a.example.org`, never
  `notexample.org` or `example.org.evil.invalid`. A path covers itself and everything below, by whole segments: `/a` never `/ab`.
- A pattern has at least two labels. A list's pattern also names one site, not a shared domain (`shared_domains`). Only an exclusion may, as
  `nhs.uk` does: too wide an exclusion costs coverage, never privacy.
- An address that is no place (`about:`, `file:`, damaged) gives None. No address ever raises, and the work is linear in its length.
- If several entries of one list cover a place, the most specific one is named.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from offmon.core.authority.lists import ListEntry
from offmon.core.errors import Malformed
from offmon.match.shared_domains import is_everybodys

MAX_HOST = 253
_EDGE = "".join(map(chr, range(0x21)))
_BREAKS = str.maketrans("", "", "\t\n\r")
_WRAPPERS = ("view-source:", "blob:", "filesystem:")
_WEB = re.compile(r"https?:[/\\]*", re.IGNORECASE)
_END_OF_HOST = re.compile(r"[/\\?#]")
_PORT = re.compile(r":[0-9]*\Z")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_NOT_IN_HOST = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|\ud800-\udfff]")
_IGNORED_IN_HOST = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")
_IPV6 = re.compile(r"\[[0-9a-f:.]{2,45}\]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class PageAddress:
    """Where a page is: host in lower-case ASCII, path as segments, and the query as it stands (for search terms only)."""

    host: str
    path: tuple[str, ...]
    query: str


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
        return cls(host, _segments(path))

    def covers(self, place: PageAddress) -> bool:
        """Whether the place is this one or lies below it."""
        below = place.host == self.host or place.host.endswith(f".{self.host}")
        return below and place.path[: len(self.path)] == self.path


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


def place_of(url: str) -> PageAddress | None:
    """Where an address leads, or None where it leads to no web page. Never raises."""
    _, authority, after = split(url)
    host = normal_host(_PORT.sub("", authority.rpartition("@")[2]))
    if host is None:
        return None
    path, _, query = after.partition("?")
    return PageAddress(host, _segments(path.replace("\\", "/")), query)


def normal_host(text: str) -> str | None:
    """The one form in which hosts are compared, or None for what is no host."""
    if len(text) > 4 * MAX_HOST:
        return None
    if _IPV6.fullmatch(text.lower()):
        return text.lower()
    wide = unescape(text).translate(_IGNORED_IN_HOST)
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", wide).lower()).replace("。", ".")
    wide = wide.removesuffix(".")
    if _NOT_IN_HOST.search(wide):
        return None
    labels = [label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in wide.split(".")]
    host = ".".join(labels)
    return host if all(labels) and len(host) <= MAX_HOST else None


def split(url: str) -> tuple[str, str, str]:
    """What stands before the authority of a web page's address; the authority; and what follows, less the fragment."""
    whole = url.strip(_EDGE).translate(_BREAKS)
    rest = whole
    for _ in _WRAPPERS:
        wrapper = next((w for w in _WRAPPERS if rest[: len(w)].lower() == w), "")
        rest = rest[len(wrapper) :]
    web = _WEB.match(rest)
    if web is None:
        return "", "", ""
    before, rest = whole[: len(whole) - len(rest) + web.end()], rest[web.end() :].partition("#")[0]
    end = _END_OF_HOST.search(rest)
    cut = len(rest) if end is None else end.start()
    return before, rest[:cut], rest[cut:]


def unescape(text: str) -> str:
    """Percent escapes undone, as UTF-8; what is no UTF-8 becomes U+FFFD."""
    if "%" not in text:
        return text
    raw = re.sub(
        rb"%([0-9A-Fa-f]{2})", lambda m: bytes.fromhex(m[1].decode()), text.encode("utf-8", errors="surrogatepass")
    )
    return raw.decode("utf-8", errors="replace")


def _segments(path: str) -> tuple[str, ...]:
    """A path's segments with `.` and `..` resolved, empty ones dropped, and every escape in one form."""
    kept: list[str] = []
    for segment in _one_form(path).split("/"):
        if segment == "..":
            kept[-1:] = []
        elif segment not in {"", "."}:
            kept.append(segment)
    return tuple(kept)


def _one_form(path: str) -> str:
    def one(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if char in _UNRESERVED else match[0].upper()

    if not path.isascii():
        path = "".join(
            c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode("utf-8", errors="surrogatepass")) for c in path
        )
    return _ESCAPE.sub(one, path)


class Sites:
    """A list of sites, made ready to be asked. Raises Malformed where an entry is no pattern, or not of `one_site` where it must be."""

    def __init__(self, entries: Iterable[ListEntry], *, one_site: bool = True) -> None:
        self._by_host: dict[str, list[tuple[Pattern, ListEntry]]] = {}
        for entry in entries:
            pattern = Pattern.parse(entry.pattern, one_site=one_site)
            self._by_host.setdefault(pattern.host, []).append((pattern, entry))
        for kin in self._by_host.values():
            kin.sort(key=lambda pair: len(pair[0].path), reverse=True)

    def find(self, place: PageAddress) -> ListEntry | None:
        """The most specific entry that covers the place: the longest host, then the longest path."""
        host = place.host
        while host:
            for pattern, entry in self._by_host.get(host, ()):
                if pattern.covers(place):
                    return entry
            host = host.partition(".")[2]
        return None
