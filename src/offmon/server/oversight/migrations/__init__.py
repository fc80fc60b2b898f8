"""Migrations of oversight."""
