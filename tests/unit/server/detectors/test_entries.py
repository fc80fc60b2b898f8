"""Entries of a list as people write them: what the device could never look for is refused where it is typed."""

from enum import StrEnum
from typing import Any

import pytest

from offmon.core.authority.lists import ListEntry
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Slug
from offmon.server.detectors.entries import check_entries, read_entries


class Later(StrEnum):
    """A kind of collection that this release does not know."""

    VOICE = "voice"


def test_a_kind_that_is_not_known_has_no_entries() -> None:
    unknown: Any = Later.VOICE
    with pytest.raises(Refused, match="does not know") as refusal:
        read_entries("one, two words, high", unknown)
    assert refusal.value.code == "unknown-capability"
    with pytest.raises(Refused):
        check_entries((ListEntry(Slug("one"), "two words", Gravity.HIGH),), unknown)
