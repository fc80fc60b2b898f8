"""Showing that each safeguard's test fails without the safeguard: a test that cannot fail is worth nothing (`make prove-safeguards`)."""
