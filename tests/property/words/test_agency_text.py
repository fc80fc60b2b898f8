"""A notice in pieces equals the notice, and an agency's own text is never in the wrong language (WCAG 3.1.2)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.authority.notice import NoticeController
from offmon.core.formats.event import Gravity
from offmon.words.agency_text import in_parts
from offmon.words.catalogue import Language
from offmon.words.notice import write
from tests.unit.core.authority.test_notice import content

# With a mark that no text of ours has, so that it is found wherever it went.
WRITTEN = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=40).map(
    lambda text: f"§86{text}§"  # something is said: a dot alone is no contact
)


@given(name=WRITTEN, contact=WRITTEN, called=WRITTEN)
def test_what_an_agency_wrote_is_english_and_nothing_is_lost(name: str, contact: str, called: str) -> None:
    it = content()
    paper = write(
        replace(
            it,
            controllers=(
                NoticeController(name, f"{contact} 01632 960001", it.controllers[0].root),
            ),  # no notice without a number
            office_hours=called,
            on_call=dict.fromkeys(Gravity, called),
            duty_inspector=called,
        ),
        Language.WELSH,
    )
    pieces = [(kind, texts) for kind, texts in in_parts(paper, Language.WELSH)]
    whole = [(kind, tuple("".join(text for text, _ in parts) for parts in texts)) for kind, texts in pieces]
    assert whole == list(paper.parts)
    welsh = [text for _, texts in pieces for parts in texts for text, language in parts if language is Language.WELSH]
    assert [text for text in welsh if "§" in text] == []
