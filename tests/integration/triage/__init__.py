"""What follows from an alert: decisions, actions, and who is next."""
