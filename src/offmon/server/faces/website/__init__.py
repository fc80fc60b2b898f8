"""The public site: the promises and whether each holds, for anyone. No session, no sign-in, no personal data."""
