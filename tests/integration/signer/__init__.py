"""The signer, asked over its socket."""
