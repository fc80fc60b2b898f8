"""Where what is too large for a row lies: written once, named by its own digest, changed by nobody (design §2)."""
