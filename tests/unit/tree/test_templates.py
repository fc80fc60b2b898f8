"""Escaping is never turned off in a template either: what a device sent is shown to officers (see lint/no-mark-safe)."""

import re

import pytest

from tests.unit.tree.tree import files, text

UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+(false|off)")


def test_no_template_turns_escaping_off() -> None:
    templates = files("src/offmon/*.html", "src/offmon/*.jinja", "src/offmon/*.njk")
    assert [str(path) for path in templates if UNESCAPED.search(text(path))] == []


@pytest.mark.parametrize("markup", ["{{ title|safe }}", "{{ title | safe }}", "{% autoescape false %}"])
def test_a_template_that_does_is_found(markup: str) -> None:
    assert UNESCAPED.search(markup)
