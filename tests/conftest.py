"""Fixtures of every run."""

from tests.prove.reached import pytest_runtest_call

__all__ = ["pytest_runtest_call"]
