"""The device process: observes what a profile grants, in the supervised person's own account and in plain sight."""
