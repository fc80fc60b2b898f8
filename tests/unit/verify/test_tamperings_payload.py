"""Tamperings by whoever puts the payload together, before it is approved and exported: every manifest, entry and signature is true.

So *complete*, *valid* and the export's own entry say nothing against them: each is caught by what it says.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from offmon.core import dsse
from offmon.core.ids import Id
from offmon.core.lists import ListDocument
from offmon.verify.verdict import Name
from tests.support.forge import Forge, files_under
from tests.support.tamper import STRANGER, refused

type Payload = dict[str, bytes]


# --- a file added ---------------------------------------------------------------------------------------------------------


def a_list(name: str, data: Callable[[bytes], bytes] = lambda data: data) -> Callable[[Payload], Payload]:
    """One more file beside the lists, made of the first of them."""

    def bend(payload: Payload) -> Payload:
        [first, *_] = files_under(payload, "data/lists/")
        return {**payload, f"data/lists/{name}.json": data(payload[first])}

    return bend


def of_a_stranger(data: bytes) -> bytes:
    return dsse.sign(dsse.peek(ListDocument, data), STRANGER)


def swapped(payload: Payload) -> Payload:
    first, second = files_under(payload, "data/lists/")
    return {**payload, first: payload[second], second: payload[first]}


def another(payload: Payload) -> Payload:
    """A list that the agency signed, and that no grant names."""
    document = dsse.peek(ListDocument, payload[files_under(payload, "data/lists/")[0]])
    signed = dsse.sign(replace(document, id=Id("b" * 32)), Forge().keys["list"])
    return {**payload, "data/lists/" + "b" * 32 + "-1.json": signed}


@pytest.mark.parametrize(
    ("name", "code", "words", "bend"),
    [
        (Name.AUTHENTIC, "other-place", "of another thing than its path says", a_list("b" * 32 + "-1")),
        (Name.AUTHENTIC, "other-place", "of another thing than its path says", a_list("b" * 32 + "-1", of_a_stranger)),
        (Name.AUTHENTIC, "other-place", "of another thing than its path says", swapped),
        (Name.AUTHENTIC, "not-json", "is not JSON", a_list("a" * 32 + "-7", lambda _: b"<h1>The judge should know")),
        (Name.CONTINUOUS, "unknown-file", "a file that has no place in it", another),
    ],
)
def test_a_file_added_beside_the_lists(name: Name, code: str, words: str, bend: Callable[[Payload], Payload]) -> None:
    refused(name, code, words, payload=bend)
