"""What runs without a face: worker, signer, vault, assurance, and the operator's commands."""
