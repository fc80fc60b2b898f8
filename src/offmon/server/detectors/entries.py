"""A list's entries as people write them: read by line, checked as the device's matcher would, compared with the version before.

Rules
- One entry a line: a short name, what to match, and how grave it is, with commas between them. A CSV file has the same lines.
- Size is checked first: of the whole, of each line, then the number of lines. No line is guessed at, and no text ever raises.
- A line that the matcher would refuse or never match is refused here, by its number. So is a public suffix (R-LEG-5).
- A name and a place occur once in a list.
- A first line whose columns only say what stands below them is a heading. It is left out, and whoever typed it is told.
- A heading that names the three columns in another order is refused. Otherwise a site could be sent in the clear as its name.
- A site may be typed with `https://` or `http://` before it: the list has it without.
- An exclusion list is two such texts: hosts, and words that mark a protected search.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from publicsuffixlist import PublicSuffixList

from offmon.core.authority.capability import Capability, Detector, rule_of
from offmon.core.authority.lists import MAX_ENTRIES_BYTES, Exclusions, ListEntry
from offmon.core.authority.protected_contacts import ProtectedContact
from offmon.core.errors import Malformed, Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import CHECKS, Slug
from offmon.core.text.addresses import PageAddress
from offmon.match.exclusions import FEWEST_WORDS
from offmon.match.sites import Pattern, whole_suffix
from offmon.match.text import words

MAX_ENTRIES: Final = 10_000
MAX_LINE: Final = 1_000
MAX_TEXT: Final = MAX_ENTRIES_BYTES
_COLUMNS: Final = (
    frozenset({"name", "label", "rule", "id"}),
    frozenset({"what", "site", "host", "url", "address", "domain", "phrase", "words", "pattern", "entry"}),
    frozenset({"gravity", "grade", "severity"}),
)
"""What a heading may call the name of an entry, what is looked for, and its gravity."""
_SCHEME: Final = re.compile(r"\Ahttps?://", re.IGNORECASE)
_UNREADABLE: Final = {"Cc", "Cs", "Co", "Cn"}
_REPLACED: Final = "\ufffd"  # what a browser or a decoder puts where it could not read
type Form = Callable[[str], Hashable]


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with a line (counted from 1), and what to do about it. Line 0: the text as a whole."""

    line: int
    says: str

    def __str__(self) -> str:
        """As an error summary has it."""
        return f"Line {self.line}: {self.says}" if self.line else self.says


@dataclass(frozen=True, slots=True)
class Read[T]:
    """What a text says, what is wrong with it, and the heading that was left out. Nothing is used of a text with a problem."""

    entries: tuple[T, ...]
    problems: tuple[LineProblem, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version changes about the one before: by name, since a name stands for one entry for as long as its list lives."""

    added: tuple[ListEntry, ...]
    removed: tuple[ListEntry, ...]
    regraded: tuple[tuple[ListEntry, ListEntry], ...]
    reworded: tuple[tuple[ListEntry, ListEntry], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a version of an exclusion list changes about the one before."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


def text_of(data: bytes) -> tuple[str, tuple[LineProblem, ...]]:
    """A file as text. What is no UTF-8 is shown where it stands, so that nothing of the rest is lost."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        return text, (LineProblem(line, "This is not UTF-8. Save the file as “CSV UTF-8” and choose it again"),)
    return text, ()


def read_entries(text: str, capability: Capability) -> Read[ListEntry]:
    """The entries of a list, as typed or as a CSV file has them. Raises Refused for a capability that is not known, else nothing."""
    called, form = rule_of(capability).entry, form_of(capability)
    if over := _too_much(text):
        return Read((), (over,))
    found, problems = list[ListEntry](), list[LineProblem]()
    names, places = dict[Hashable, int](), dict[Hashable, int]()
    lines = list(_lines(text))
    heading = _heading(lines)
    for number, line in lines[bool(heading) :]:
        read = _entry(line, called, form)
        if isinstance(read, str):
            problems.append(LineProblem(number, read))
        else:
            entry, place = read
            problems += _twice(number, names, entry.rule, "The same name")
            problems += _twice(number, places, place, f"The same {called}")
            found.append(entry)
    if heading and _is_reordered(heading):
        problems.insert(
            0, LineProblem(lines[0][0], "The columns are in another order. Put name, site or phrase, gravity")
        )
    if not (found or problems):
        problems.append(LineProblem(0, "Enter at least one entry"))
    return Read(tuple(found), tuple(problems), heading)


def read_exclusions(text: str, form: Form) -> Read[str]:
    """Hosts (`host_form`, `site_form`) or intents (`intent_form`), one a line. Never raises."""
    if over := _too_much(text):
        return Read((), (over,))
    found, problems, seen = list[str](), list[LineProblem](), dict[Hashable, int]()
    is_hosts, lines = form in (host_form, site_form), list(_lines(text))
    heading = _heading(lines) if is_hosts else ""
    for number, typed in lines[bool(heading) :]:
        line = _SCHEME.sub("", typed, count=1) if is_hosts else typed
        fault = "Enter one web address a line, without a comma" if is_hosts and "," in line else _fault(line)
        if fault is None:
            try:
                problems += _twice(number, seen, form(line), "The same")
                found.append(line)
            except Malformed as refusal:
                fault = refusal.message
        if fault is not None:
            problems.append(LineProblem(number, fault))
    return Read(tuple(found), tuple(problems), heading)


def host_form(host: str) -> Hashable:
    """The one form of a host or host/path that is excluded, which may be a whole suffix. Raises Malformed."""
    pattern = Pattern.parse(host, one_site=False)
    return (pattern.host, pattern.path)


def site_form(site: str) -> Hashable:
    """The one form of a site that is looked for. Raises Malformed, also for a public suffix: `co.uk`, `github.io`, `com`."""
    pattern = Pattern.parse(site)
    if not pattern.host.startswith("[") and _suffixes().is_public(pattern.host):
        raise whole_suffix()
    return (pattern.host, pattern.path)


@cache
def _suffixes() -> PublicSuffixList:
    """The Public Suffix List as the package has it, of registries and of hosts where anyone may put pages. It takes 0.2 s to read."""
    return PublicSuffixList()


def intent_form(intent: str) -> Hashable:
    """The one form of a phrase. Raises Malformed where it has no word."""
    phrase = words(intent)
    if not phrase:
        raise Malformed("bad-pattern", "It contains no word.")
    return phrase


FORMS: Final[Mapping[Detector, Form]] = {Detector.SITE: site_form, Detector.PHRASE: intent_form}


def form_of(capability: Capability) -> Form:
    """How to put an entry into the form in which the device compares it. Raises Refused for a capability that is not known."""
    detector = rule_of(capability).detector
    if detector is None:
        raise Refused("no-list-of-it", "This type of collection compares nothing, so it has no list.")
    return FORMS[detector]


def check_contact(contact: ProtectedContact) -> None:
    """Raises Malformed unless a person's own contact is one that a device takes: each host one site, its name of two words or none."""
    for host in contact.hosts:
        site_form(host)
    if contact.name and len(words(contact.name)) < FEWEST_WORDS:
        raise Malformed("bad-name", "Enter at least two words of the name. One word alone would hide other searches.")


def without(exclusions: Exclusions, contact: ProtectedContact) -> Exclusions:
    """An exclusion list without what is that contact's: its hosts, and its name. Compared as the device compares."""
    hosts, name = set(map(host_form, contact.hosts)), words(contact.name)
    return replace(
        exclusions,
        hosts=tuple(one for one in exclusions.hosts if host_form(one) not in hosts),
        intents=tuple(one for one in exclusions.intents if words(one) != name),
    )


def overlap(hosts: Iterable[str], patterns: Iterable[str]) -> bool:
    """Whether one of these sites is, or lies below, one of those: either way round. All are patterns of sites."""
    others = [Pattern.parse(pattern) for pattern in patterns]
    return any(_covers(one, other) or _covers(other, one) for one in map(Pattern.parse, hosts) for other in others)


def entries_within(site: str, entries: Iterable[ListEntry]) -> list[Slug]:
    """The rules of a list's entries that are this site, or a page of one of its pages."""
    wide = Pattern.parse(site)
    return [one.rule for one in entries if _covers(wide, Pattern.parse(one.pattern))]


def _covers(wide: Pattern, narrow: Pattern) -> bool:
    return wide.covers(PageAddress(narrow.host, narrow.path, ""))


def check_entries(entries: tuple[ListEntry, ...], capability: Capability) -> None:
    """Raises Malformed unless these make a list: what an action asks again, however they were read."""
    read = read_entries(written(entries), capability)
    if read.problems:
        raise Malformed("bad-entries", f"The entries make no list. {read.problems[0]}.")
    if read.entries != entries:
        raise Malformed("bad-entries", "The entries are not in the one form in which they are written.")


def written(entries: Iterable[ListEntry]) -> str:
    """The entries as people write them: what `read_entries` reads."""
    return "\n".join(f"{_quoted(entry.rule)}, {_quoted(entry.pattern)}, {entry.gravity.value}" for entry in entries)


def difference(before: Iterable[ListEntry], after: Iterable[ListEntry]) -> Difference:
    """What changes from one version to the next."""
    old, new = {entry.rule: entry for entry in before}, {entry.rule: entry for entry in after}
    both = [(old[rule], new[rule]) for rule in new if rule in old]
    return Difference(
        added=tuple(entry for rule, entry in new.items() if rule not in old),
        removed=tuple(entry for rule, entry in old.items() if rule not in new),
        regraded=tuple(pair for pair in both if pair[0].gravity is not pair[1].gravity),
        reworded=tuple(pair for pair in both if pair[0].pattern != pair[1].pattern),
    )


def changed(before: Exclusions | None, after: Exclusions) -> Changed:
    """What changes from one exclusion list to the next. Written otherwise is not removed: it is compared as the device compares it."""
    old = {} if before is None else _by_form(before)
    new = _by_form(after)
    return Changed(
        added=tuple(text for form, text in new.items() if form not in old),
        removed=tuple(text for form, text in old.items() if form not in new),
    )


def _by_form(exclusions: Exclusions) -> dict[Hashable, str]:
    hosts: dict[Hashable, str] = {("host", host_form(host)): host for host in exclusions.hosts}
    return hosts | {("intent", intent_form(intent)): intent for intent in exclusions.intents}


def _too_much(text: str) -> LineProblem | None:
    if len(text) > MAX_TEXT:
        return LineProblem(0, "This is too long. A list has at most 1 MB of text")
    count = sum(1 for _ in _lines(text))
    if count > MAX_ENTRIES + 1:  # one line may be a heading
        return LineProblem(
            0, f"There are {count:,} lines. A list has at most {MAX_ENTRIES:,} entries. Split it into two lists"
        )
    return None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that have something on them, by number. Only a line feed ends a line: what else might is a fault of that line."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip(" \t\r"):
            yield number, line.strip(" \t\r")


def _heading(lines: list[tuple[int, str]]) -> str:
    """The first line, where it is a heading; empty where not."""
    first = lines[0][1] if lines else ""
    return first if first and all(any(cell in names for names in _COLUMNS) for cell in _cells(first)) else ""


def _is_reordered(heading: str) -> bool:
    cells = _cells(heading)
    return len(cells) == len(_COLUMNS) and not all(cell in names for cell, names in zip(cells, _COLUMNS, strict=True))


def _cells(heading: str) -> list[str]:
    return [cell.strip(' "').casefold() for cell in heading.split(",")]


def _entry(line: str, called: str, form: Form) -> tuple[ListEntry, Hashable] | str:
    """The entry on a line and the form in which it is compared, or what is wrong with it."""
    if fault := _fault(line):
        return fault
    try:
        cells = [cell.strip() for cell in next(csv.reader([line], skipinitialspace=True, strict=True))]
    except csv.Error:
        return "The quotation marks do not match. Put a whole part in quotation marks, or none of it"
    if len(cells) != len(_COLUMNS):
        return f"Enter a short name, the {called} and its gravity, with commas between them"
    name, what, grave = cells
    if form is site_form:
        what = _SCHEME.sub("", what, count=1)
    if not CHECKS[Slug](name):
        return "A name has at most 64 small letters, digits, dots, dashes and underscores, and begins with a letter"
    if grave.casefold() not in set(Gravity):
        return "The gravity must be urgent, high or standard"
    try:
        place = form(what)
    except Malformed as refusal:
        return refusal.message.removesuffix(".")
    return ListEntry(Slug(name), what, Gravity(grave.casefold())), place


def _fault(line: str) -> str | None:
    if len(line) > MAX_LINE:
        return f"The line has {len(line):,} characters. The most is {MAX_LINE:,}"
    if any(char == _REPLACED or unicodedata.category(char) in _UNREADABLE for char in line):
        return "We cannot read a character in it. Type the line again"
    return None


def _twice(number: int, seen: dict[Hashable, int], thing: Hashable, called: str) -> list[LineProblem]:
    first = seen.setdefault(thing, number)
    return [] if first == number else [LineProblem(number, f"{called} is on line {first} already")]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if {",", '"'} & set(text) or text != text.strip() else text
