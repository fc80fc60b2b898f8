"""Evidence on a real database: what a court is given."""
