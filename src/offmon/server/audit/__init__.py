"""The audit log: what was done, by whom, why, and the proof that it was not rewritten since (formats §7)."""
