"""A page of the site line by line, as a test writes down what it should say: links with where they lead, what is typed, forms and what is
chosen in them."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from offmon.words.catalogue import Language, translate

ADDRESSES = {
    "home": "",
    "safeguards": "safeguards/",
    "how": "how-it-works/",
    "collected": "what-is-collected/",
    "person": "supervised-people/",
    "family": "families/",
    "victims": "victims/",
    "experts": "defence-experts/",
    "contact": "contact/",
    "directory": "contact/directory/",
    "write": "contact/write/",
    "sent": "contact/sent/",
    "privacy": "privacy/",
    "cookies": "cookies/",
    "choose": "cookies/choose/",
    "accessibility": "accessibility/",
    "complaints": "complaints/",
}
"""Each page of a language by its name, written down here once more: a page that moved is to be seen."""
OUTSIDE = {
    "ico": "https://ico.org.uk/make-a-complaint/",
    "iopc": "https://www.policeconduct.gov.uk/",
    "ppo": "https://ppo.gov.uk/",
    "eass": "https://www.equalityadvisoryservice.com/",
}
_VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})
_INLINE = frozenset({"a", "code", "span", "strong", "time", "br"})
_MARKED = re.compile(r"\]\(([a-z-]+)\)")


def at(name: str, language: Language) -> str:
    """The address of a page."""
    return f"/{language.value}/{ADDRESSES[name]}"


def linked(language: Language, text: str) -> str:
    """A text of the catalogue as a line of a page: each link with the address that is meant, and no line broken."""
    led = _MARKED.sub(lambda found: f"]({OUTSIDE.get(found[1]) or at(found[1], language)})", text)
    return " ".join(led.split())


def written(language: Language, key: str, **given: str | int) -> str:
    """The text of that key, as a line of a page."""
    return linked(language, translate(language, key, **given))


def blocks(language: Language, text: str) -> Iterator[tuple[str, bool]]:
    """Each paragraph of a text, and each line of its lists: then with True."""
    for part in text.strip().split("\n\n"):
        listed = [each[2:] for each in part.split("\n") if each.startswith("- ")]
        yield from ((linked(language, each), bool(listed)) for each in listed or [part])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._open: list[tuple[str, str, bool]] = []
        self._said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _INLINE:
            self._end()
        if "aria-label" in given:
            self.lines.append(f"{tag} @{given['aria-label']}")
        if tag == "form":
            self.lines.append(f"form {given['method']} {given.get('action', '')}".strip())
        if tag in {"input", "textarea"}:
            held = f"={given['value']}" if given.get("value") else ""
            kind = given.get("type", "text")
            self.lines.append(f"{kind} {given['name']}{held}{' checked' if 'checked' in given else ''}")
        colour = re.search(r"govuk-tag--(\w+)", given.get("class", ""))
        here = "here: " if "aria-current" in given else ""
        self._said += f"({colour[1]}) " if colour else {"a": f"[{here}", "code": "`", "br": " "}.get(tag, "")
        if tag not in _VOID:
            hidden = "hidden" in given or given.get("aria-hidden") == "true" or tag in {"script", "title"}
            name = f"button {given['name']}={given['value']}" if tag == "button" and "name" in given else tag
            self._open.append((tag, given.get("href", "") if tag == "a" else name, hidden))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._end()
        while self._open:
            opened, held, _ = self._open.pop()
            if opened == tag:
                self._said += f"]({held})" if tag == "a" else "`" if tag == "code" else ""
                return

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, _, hidden in self._open):
            self._said += data

    def _end(self) -> None:
        """The line that was being read is whole: it belongs to the nearest block around it."""
        said = " ".join(self._said.replace("[ ", "[").split()).replace("[ ", "[").replace(" ](", "](")
        if said:
            block = next((name for tag, name, _ in reversed(self._open) if tag not in _INLINE), "")
            self.lines.append(f"{block} {said}".strip())
        self._said = ""


def lines(markup: str) -> list[str]:
    """What that part of a page says, a line for each block of it, in order."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.lines


def in_three(page: str) -> tuple[list[str], list[str], list[str]]:
    """What a page says before its main part, in it and after it."""
    before, rest = page.partition("<body")[2].partition(">")[2].split("<main", 1)
    main, after = rest.partition(">")[2].split("</main>", 1)
    return lines(before), lines(main), lines(after)
