"""The code of a refusal, which is what whoever asked is told."""

from collections.abc import Callable
from typing import Any

import pytest

from offmon.core.errors import OffmonError


def code_of(act: Callable[..., object], *arguments: Any, **named: Any) -> str:
    """With which code it is refused; it fails where it is not."""
    with pytest.raises(OffmonError) as refusal:
        act(*arguments, **named)
    return refusal.value.code
