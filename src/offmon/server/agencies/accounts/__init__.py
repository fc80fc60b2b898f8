"""Accounts of staff: opened, changed and closed, each time with an entry of the agency's log."""
