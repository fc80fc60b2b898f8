"""Of one coverage gap every face says the same (R-RGT-3, R-RGT-17; journal.md)."""

import pytest

from offmon.core.formats.event import GapReason
from offmon.core.person import delay
from offmon.server.evidence.report import GAPS
from offmon.server.faces.console.words import GAP
from offmon.words.catalogue import Language, texts


def test_officer_and_court_read_the_same() -> None:
    as_in_report = {reason: words[0].lower() + words[1:].replace("’", "'") for reason, words in GAP.items()}
    assert as_in_report == GAPS


@pytest.mark.parametrize("language", Language)
def test_the_person_reads_the_same_on_their_device_and_on_their_own_page(language: Language) -> None:
    said = texts(language)
    at_once = [reason for reason in GapReason if not delay.waits(reason)]
    assert {reason: said[f"device.why.{reason}"] for reason in at_once} == {
        reason: said[f"portal.gap.{reason}"] for reason in at_once
    }
