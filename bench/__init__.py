"""`make bench`: how fast Offmon is, each figure as a ratio to a limit or to a peer in the same run.

    make bench              all of it, a few minutes
    make bench ARGS=intake  one of it

A benchmark is a module with `measure(ground)`, which returns ratios and figures. Its `hottest(ground)` gives the ten hottest lines of a
profile, if a goal is missed. Ratios compare between machines. Figures, in the units that their names end in, do not.
"""
