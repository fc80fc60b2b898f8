"""Staff accounts: opened, changed and closed by the operator, each time with an entry of the agency's log."""
