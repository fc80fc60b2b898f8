"""The independent witness: it cosigns a log's checkpoint only if the log grew from what it saw before (C2SP tlog-witness).

Someone other than the agency and its supplier should run it. It needs one configuration file, one key file and one SQLite file. It knows
nothing of cases, people or devices, and sees only a log's size and root.
"""
