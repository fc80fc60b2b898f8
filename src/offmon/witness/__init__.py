"""The independent witness: it cosigns a log's checkpoint only if the log grew from what it saw before (C2SP tlog-witness).

It is meant to be run by someone else than the agency and its supplier: one configuration file, one key file, one SQLite file.
It knows nothing of cases, people or devices; all it ever sees of a log is its size and root.
"""
