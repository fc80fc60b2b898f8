"""The vault, asked over its socket."""
