"""Message content is locked, and every field has a class (R-LEG-30)."""

from dataclasses import fields, replace

import pytest

from offmon.core.authority import capability, content_classes
from offmon.core.authority.capability import CAPABILITIES, Capability
from offmon.core.authority.content_classes import CLASSES, ClassRule, ContentClass, check_unlocked, classes_of
from offmon.core.formats.event import Body
from tests.unit.core.samples import code_of


@pytest.mark.parametrize("kind", list(Capability))
def test_no_capability_carries_a_class_that_needs_a_route(kind: Capability) -> None:
    assert ContentClass.MESSAGE not in classes_of(CAPABILITIES[kind].fields)
    check_unlocked([kind])


def test_each_field_of_a_body_has_a_class() -> None:
    assert {field.name for field in fields(Body)} == set().union(*(rule.fields for rule in CLASSES.values()))


@pytest.mark.parametrize(
    ("what", "field", "code"),
    [
        ("R-LEG-30 a field of messages", "message", "class-locked"),
        ("R-LEG-30 a field that nobody classed", "other", "class-unknown"),
    ],
)
def test_what_would_carry_a_locked_class_is_refused(
    monkeypatch: pytest.MonkeyPatch, what: str, field: str, code: str
) -> None:
    site = replace(CAPABILITIES[Capability.SITE], fields=("matched_entry", field))
    monkeypatch.setattr(capability, "CAPABILITIES", {**CAPABILITIES, Capability.SITE: site})
    locked = {**CLASSES, ContentClass.MESSAGE: ClassRule(frozenset({"message"}), needs_route=True)}
    monkeypatch.setattr(content_classes, "CLASSES", locked)
    assert code_of(check_unlocked, [Capability.PHRASE, Capability.SITE]) == code
