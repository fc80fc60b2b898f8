"""A bundle of any files is read back as what was written (RFC 8493)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.bundle import read, write

NAMES = st.from_regex(r"data/[a-z0-9]{1,8}(/[a-z0-9]{3,8}\.json)?", fullmatch=True).filter(
    lambda name: (
        not any(
            part.split(".")[0] in {"con", "prn", "aux", "nul"} or part[:3] in {"com", "lpt"} for part in name.split("/")
        )
    )
)


@given(st.dictionaries(NAMES, st.binary(max_size=64), min_size=1, max_size=8))
def test_what_was_written_is_read(files: dict[str, bytes]) -> None:
    assert read.unpack(write.pack(files)) == dict(sorted(files.items()))
    assert read.read_manifest(write.manifest(files)).keys() == files.keys()
