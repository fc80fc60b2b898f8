"""Another agency takes a case over: proposed, approved, accepted or refused."""
