"""Fixtures and settings of every run."""

from hypothesis import settings

from tests.prove.reached import pytest_runtest_call

__all__ = ["pytest_runtest_call"]

settings.register_profile("tests", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("tests")
