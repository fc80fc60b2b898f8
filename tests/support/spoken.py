"""What a page says in which language to a screen reader: each text by the nearest `lang` around it (WCAG 2.2, 3.1.2)."""

from html.parser import HTMLParser
from typing import Final

READ_OUT: Final = frozenset({"aria-label", "aria-description", "alt", "title", "placeholder"})
"""Attributes whose text somebody hears or reads."""
_VOID: Final = frozenset({"meta", "link", "input", "br", "hr", "img", "source", "col", "wbr"})

DEFAULTS: Final = frozenset(
    (
        *("Cancel", "Continue", "Error", "Hide", "Hide password", "Important", "Menu", "Next", "Previous", "Show"),
        *("Show password", "Skip to main content", "Success", "There is a problem", "Warning"),
    )
)
"""What a component of the design system says where it is given no words."""


class _Voices(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []
        self.read_out: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inherited = self._open[-1][1] if self._open else ""
        self.read_out += [
            (inherited, said or "") for name, said in attrs if name in READ_OUT or name.startswith("data-i18n.")
        ]
        if tag not in _VOID:
            self._open.append((tag, dict(attrs).get("lang") or inherited))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.said.append((self._open[-1][1], data))


def defaults_in_welsh(page: str) -> set[str]:
    """Which of the components' own English words a Welsh page says as Welsh, in its text or in what is only read out."""
    voices = _Voices()
    voices.feed(page)
    heard = [text for lang, text in (*voices.said, *voices.read_out) if lang == "cy"]
    return {line.split(":")[0].strip() for text in heard for line in text.splitlines()} & DEFAULTS


def said_in(page: str, language: str) -> str:
    """All the text of a page that would be read out in that language."""
    voices = _Voices()
    voices.feed(page)
    return "\n".join(text for lang, text in voices.said if lang == language and text.strip())
