"""The audit log: who did what, why, and the proof that nobody rewrote it since (formats §7)."""
