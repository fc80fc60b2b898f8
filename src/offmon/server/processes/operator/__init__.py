"""What the operator of an installation does by hand, on the migrating role: no process of ours could (design §5; formats §2)."""
