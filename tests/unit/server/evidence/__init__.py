"""What a court reads, without a database."""
