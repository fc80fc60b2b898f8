"""Orders and licences that end with an event, and who confirmed that it has not come (R-LEG-18)."""
