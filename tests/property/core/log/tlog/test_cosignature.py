"""Cosignatures: any malformed line is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offmon.core.errors import NotAuthentic
from offmon.core.log.tlog.cosignature import check_cosigned
from offmon.core.log.tlog.note import NoteSignature
from tests.unit.core.log.tlog.samples import witness_key
from tests.unit.core.log.tlog.test_cosignature import NOTE


@given(st.binary(min_size=1, max_size=100))
def test_whatever_stands_in_a_line_is_refused(value: bytes) -> None:
    note = NOTE.adding([NoteSignature(witness_key().name, witness_key().public.id, value)])
    with pytest.raises(NotAuthentic):
        check_cosigned(note, [witness_key().public])
