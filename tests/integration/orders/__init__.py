"""The signer, as it is asked over its socket."""
