"""Whichever byte of a bundle's payload or proofs changes, it is seen (issue 2)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.verify.app import judge
from tests.support.tamper import honest


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_byte_of_the_payload_or_of_its_proofs_may_change_unseen(data: st.DataObject) -> None:
    forged = honest()
    path = data.draw(st.sampled_from(sorted({**forged.payload, **forged.tags})))
    files = forged.payload if path in forged.payload else forged.tags
    changed = bytearray(files[path])
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    files[path] = bytes(changed)
    assert judge(forged.bundle(), forged.trust).exit == 1
    assert judge(forged.bundle(), None).exit == 1
