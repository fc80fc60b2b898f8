"""Restrictions beyond the disclosure delay: asked for by one, decided by another, ending by themselves (R-DPA-26)."""
