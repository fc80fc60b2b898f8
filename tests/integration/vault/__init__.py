"""The vault, as it is asked over its socket."""
