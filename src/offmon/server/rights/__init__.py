"""What the supervised person may see and ask for: their way in to the portal, what it shows, and their requests."""
