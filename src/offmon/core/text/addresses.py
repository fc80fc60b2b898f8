"""Where a web page is, and how much of its address may be said of a listed place.

Rules (after the WHATWG URL standard, as far as a host and a path need it)
- A place is a host and a path. Scheme (http or https), port, user name and password are ignored. The host's case, trailing dot, full-width
  dots and percent signs make no difference. A host beyond ASCII is compared in its punycode form.
- An address that is no place (`about:`, `file:`, damaged) gives None. No address ever raises, and the work is linear in its length.
- Of a listed place only what its list's entry names is said (`as_listed`): the site, and of the path what the entry has of it. Never a
  query, a fragment or a port. So a record says which listed site was opened, and not which page of it (R-LEG-30, R-DPA-8; issue 19).
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

MAX_HOST: Final = 253
_EDGE: Final = "".join(map(chr, range(0x21)))
_BREAKS: Final = str.maketrans("", "", "\t\n\r")
_WRAPPERS: Final = ("view-source:", "blob:", "filesystem:")
_WEB: Final = re.compile(r"https?:[/\\]*", re.IGNORECASE)
_END_OF_HOST: Final = re.compile(r"[/\\?#]")
_PORT: Final = re.compile(r":[0-9]*\Z")
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_NOT_IN_HOST: Final = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|\ud800-\udfff]")
_IGNORED_IN_HOST: Final = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")
_IPV6: Final = re.compile(r"\[[0-9a-f:.]{2,45}\]")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class PageAddress:
    """Where a page is: host in lower-case ASCII, path as segments, and the query as it stands (for search terms only)."""

    host: str
    path: tuple[str, ...]
    query: str


def place_of(url: str) -> PageAddress | None:
    """Where an address leads, or None where it leads to no web page. Never raises."""
    _, authority, after = split(url)
    host = normal_host(_PORT.sub("", authority.rpartition("@")[2]))
    if host is None:
        return None
    path, _, query = after.partition("?")
    return PageAddress(host, segments_of(path.replace("\\", "/")), query)


def as_listed(url: str, entry: str) -> str:
    """An address as far as the entry names it, in the one form: scheme and host, then the entry's path as far as the page lies in it.

    Empty where it leads to no web page, or to another site than the entry's. `entry`: `host` or `host/path`. Said of what this returned,
    it returns the same.
    """
    place = place_of(url)
    host, _, path = entry.partition("/")
    site = normal_host(host)
    if place is None or site is None or not is_of_site(place.host, site):
        return ""
    scheme = "https" if split(url)[0].rstrip("/\\").lower().endswith("https:") else "http"
    same = takewhile(lambda pair: pair[0] == pair[1], zip(place.path, segments_of(path), strict=False))
    return "/".join((f"{scheme}://{place.host}", *(segment for segment, _ in same)))


def is_of_site(host: str, site: str) -> bool:
    """Whether a host is that site, or lies below it by whole labels."""
    return host == site or host.endswith(f".{site}")


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


def segments_of(path: str) -> tuple[str, ...]:
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
