"""The process notify: real servers on this machine, real rows, and a kill in between."""
