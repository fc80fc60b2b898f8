"""Fixtures and settings of every run."""

from hypothesis import settings

from tests.prove.reached import pytest_runtest_call

__all__ = ["pytest_runtest_call"]

# How long an example takes is the machine's affair. Each run draws others: fifty of a test are enough for one.
settings.register_profile("tests", deadline=None, max_examples=50)
settings.load_profile("tests")
