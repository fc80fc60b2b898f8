"""Enrolment codes, and the messages of device and ingest (formats §2, §6)."""

import pytest

from offmon.core.authority.profile import HpkeKey
from offmon.core.formats import codec, protocol
from offmon.core.formats.protocol import Code, Enrol, code_for, list_place
from offmon.core.ids import Digest
from tests.unit.core.samples import DEVICE_KEY, code_of, digest, ident, key

ROOT = key("root.invalid/86").public


@pytest.mark.parametrize("text", ["", "A" * 31, "A" * 33, "A" * 31 + "1", "A" * 31 + "0", "A" * 31 + "=", "A" * 40])
def test_a_code_has_32_letters(text: str) -> None:
    assert code_of(Code.parse, text) == "bad-code"


def test_a_code_names_one_root() -> None:
    code = code_for(bytes(10), ROOT)
    assert code.names(ROOT)
    assert not code.names(key("root.invalid/other").public)


def test_an_enrolment_asks_with_exactly_what_it_needs() -> None:
    ask = Enrol(bytes(10), DEVICE_KEY.public.vkey, HpkeKey(1, bytes(32)), 1, digest("release"), digest("account"))
    data = codec.dump(ask)
    assert len(data) < protocol.MAX_ENROL
    assert codec.load(Enrol, data, max_size=protocol.MAX_ENROL) == ask


def test_a_lists_entries_are_bound_to_device_and_list() -> None:
    one = list_place(ident("device"), Digest("ab" * 32))
    assert one != list_place(ident("other"), Digest("ab" * 32))
    assert one != list_place(ident("device"), Digest("cd" * 32))
