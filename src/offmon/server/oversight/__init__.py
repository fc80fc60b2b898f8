"""What the outside may know of the running system: how each control stands, which papers are held, how often a page was looked at."""
