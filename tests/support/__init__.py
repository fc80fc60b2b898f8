"""Helpers with which tests of several packages build their worlds."""
