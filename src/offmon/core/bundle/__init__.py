"""The court bundle: its layout, its writer and its strict reader (docs/specs/bundle.md)."""
