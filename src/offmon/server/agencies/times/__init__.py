"""How long alerts may wait, and the office hours: an agency's own versions of `core.alerts.times`."""
