"""A trial's home that is gone afterwards."""

import shutil
from collections.abc import Iterator

import pytest

from tests.database import short_folder
from trial.places import TrialHome


@pytest.fixture
def home() -> Iterator[TrialHome]:
    with short_folder() as folder:
        try:
            yield TrialHome(folder / "trial")
        finally:
            shutil.rmtree(folder / "trial")
