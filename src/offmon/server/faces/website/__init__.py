"""The public site: what is promised and how it stands, for whoever wonders. No session, no sign-in, nothing of anyone."""
