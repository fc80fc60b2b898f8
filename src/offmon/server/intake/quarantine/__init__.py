"""What is locked because its time had no authority: locked by the vault, then decided by two people (design §1.9)."""
