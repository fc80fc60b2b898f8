"""Any changed byte of a bundle's payload or proofs, or any file of noise, gives a verdict and nothing else (issue 2)."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.bundle import layout, read, write
from offmon.verify.app import judge
from tests.support.tamper import honest, repacked, with_tag_manifest

NOISE = (b"", b"{}", b"\xff\x00", b"[" * 100_000)


@settings(max_examples=20, deadline=None)
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


def test_every_file_of_a_bundle_may_be_noise_and_only_a_verdict_comes_out() -> None:
    """Of each kind of file the first is all of the noise in turn: the others are read as the first is."""
    forged, kinds = honest(), dict[str, str]()
    for path in read.unpack(forged.bundle()):
        kinds.setdefault(re.sub(r"[0-9a-f]{32}|[0-9]+", "", path), path)
    for path in kinds.values():
        for noise in NOISE if path != layout.DECLARATION else ():

            def noisy(files: dict[str, bytes], path: str = path, noise: bytes = noise) -> None:
                files[path] = noise
                if path not in (layout.MANIFEST, layout.TAG_MANIFEST):
                    payload = {p: d for p, d in files.items() if p.startswith("data/")}
                    files[layout.MANIFEST] = write.manifest(payload)
                    with_tag_manifest(files)

            assert judge(repacked(forged.bundle(), noisy), forged.trust).exit == 1
