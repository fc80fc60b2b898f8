"""Fixtures and settings of every run."""

import gc

from hypothesis import settings

from tests.prove.reached import pytest_runtest_call

__all__ = ["pytest_runtest_call"]

# How long an example takes is the machine's affair. Each run draws others: thirty of a test are enough for one.
settings.register_profile("tests", deadline=None, max_examples=30)
settings.load_profile("tests")

# A test leaves little behind and a run is short: to look for it each few hundred objects is a twentieth of a run.
gc.set_threshold(100_000, 50, 100)
