"""The lint rules and import contracts fire on what they forbid: a guard that cannot fail guards nothing."""
