"""What runs without a face: worker, signer, vault, and the trial that starts everything on one machine."""
