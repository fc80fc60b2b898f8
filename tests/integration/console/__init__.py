"""The console on a real database, signed in through its own form."""
