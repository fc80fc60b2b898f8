"""The web base in a real browser, served by granian."""
