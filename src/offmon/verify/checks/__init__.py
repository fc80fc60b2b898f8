"""What the verifier checks of a bundle beside its five words, each module by what it checks."""
