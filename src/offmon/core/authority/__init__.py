"""What may be collected, and on what authority: orders, assessments, notices, lists, profiles, and the one exit."""
