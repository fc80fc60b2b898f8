"""A device attacked at its own files and clock, three hundred times over (`make chaos-device`)."""
