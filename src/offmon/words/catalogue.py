"""The catalogue: each text that people read, by language and key. `translate` is the only access to it.

Rules (R-RGT-5)
- A text is `area.key`. An area is one TOML file a language; its tables and folders make longer keys. No text is in code.
- A placeholder is a plain name in braces. The caller gives exactly those that the text has, so nothing is dropped unnoticed.
- A language is complete or absent: `differences` lists where two languages differ, and a test fails the build on any.
- An area is read when its first text is asked for: a device's agent says a few sentences, and holds no more.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent


class Language(StrEnum):
    """A language that people are told things in, by its BCP 47 tag."""

    ENGLISH = "en"
    WELSH = "cy"

    @property
    def other(self) -> "Language":
        """The one that stands beside it."""
        return Language.WELSH if self is Language.ENGLISH else Language.ENGLISH


def translate(language: Language, key: str, **given: str | int) -> str:
    """The text of that key, filled in. ValueError, a fault of ours: there is no such text, or it asks for other names."""
    text = _text(language, key)
    if text is None:
        raise ValueError(f"no text {key!r} in {language.value}")
    if placeholders(text) != set(given):
        raise ValueError(f"{key!r} asks for {sorted(placeholders(text))}, and is given {sorted(given)}")
    return text.format(**given)


@cache
def texts(language: Language) -> Mapping[str, str]:
    """Every text of a language, by key."""
    return MappingProxyType(_read(_FOLDER / language.value))


def placeholders(text: str) -> set[str]:
    """The names that a text asks for. ValueError: it asks for more than a name."""
    parts = [part for part in Formatter().parse(text) if part[1] is not None]
    if any(not (name or "").isidentifier() or spec or conversion for _, name, spec, conversion in parts):
        raise ValueError(f"a placeholder is a plain name: {text!r}")
    return {name for _, name, _, _ in parts if name}


def differences(catalogues: Mapping[Language, Mapping[str, str]]) -> list[str]:
    """What keeps the languages from saying the same, a line each: a text that one lacks or leaves blank, or that asks for other names."""
    found: list[str] = []
    for key in sorted({key for said in catalogues.values() for key in said}):
        lacking = [language.value for language, said in catalogues.items() if not said.get(key, "").strip()]
        if lacking:
            found.append(f"{key}: not in {', '.join(lacking)}")
        elif len({frozenset(placeholders(said[key])) for said in catalogues.values()}) > 1:
            found.append(f"{key}: its placeholders differ")
    return found


@cache
def _text(language: Language, key: str) -> str | None:
    area, *rest = key.split(".")
    while rest and not (_FOLDER / language.value / f"{area}.toml").exists():
        area = f"{area}/{rest.pop(0)}"
    return _area(language, area).get(key) if rest else None


@cache
def _area(language: Language, name: str) -> Mapping[str, str]:
    said = (_FOLDER / language.value / f"{name}.toml").read_text("utf-8")
    return _flat(name.replace("/", "."), tomllib.loads(said))


def _read(folder: Path, prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in folder.iterdir():
        if entry.suffix == ".toml":
            found |= _flat(f"{prefix}{entry.stem}", tomllib.loads(entry.read_text("utf-8")))
        elif entry.is_dir():
            found |= _read(entry, f"{prefix}{entry.name}.")
    return found


def _flat(prefix: str, table: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, str):
            found[f"{prefix}.{name}"] = value
        else:
            found |= _flat(f"{prefix}.{name}", value)
    return found
