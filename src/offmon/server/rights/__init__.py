"""What the supervised person may see and ask for: their portal access, what it shows, and their requests."""
