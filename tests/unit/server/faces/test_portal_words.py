"""On a Welsh page of their own a person reads a condition in Welsh, where it was recorded so (R-RGT-5)."""

import pytest

from offmon.server.faces.portal.monitored import in_language
from offmon.words.catalogue import Language

WELSH = {"You must not go there.": "Rhaid i chi beidio â mynd yno."}


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        (*WELSH, Language.WELSH, (*WELSH.values(), Language.WELSH)),
        (*WELSH, Language.ENGLISH, (*WELSH, Language.ENGLISH)),
        ("Another.", Language.WELSH, ("Another.", Language.ENGLISH)),  # marked, so that it is not read as Welsh
    ],
)
def test_a_condition_is_told_in_the_language_of_the_page_where_it_can_be(
    text: str, language: Language, said: tuple[str, Language]
) -> None:
    assert in_language(text, WELSH, language) == (said,)
