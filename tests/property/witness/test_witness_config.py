"""Any witness configuration is read or refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offmon.core.errors import OffmonError
from offmon.witness import config


@given(st.binary() | st.text().map(lambda text: f"logs = {text}".encode(errors="replace")))
def test_whatever_the_file_holds_is_read_or_refused(data: bytes) -> None:
    with pytest.raises(OffmonError):
        config.parse(data, base=Path())
