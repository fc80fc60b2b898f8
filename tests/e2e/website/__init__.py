"""The public site in a real browser, and the assurance process."""
