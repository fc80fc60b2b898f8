"""The public site in a real browser, and the process that looks at the running system."""
