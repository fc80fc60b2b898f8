"""What staff write of a person: each note with its source."""

import pytest

from offmon.core.errors import Refused
from offmon.core.person.case_notes import check_note
from tests.prove.markers import proves


@proves("S138", check_note, disabled=lambda text, source: None)
@pytest.mark.parametrize(("text", "source"), [("", "Mine"), ("Seen", " ")])
def test_a_note_says_something_and_where_it_is_from(text: str, source: str) -> None:
    with pytest.raises(Refused):
        check_note(text, source)
