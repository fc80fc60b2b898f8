"""Staff authentication: authenticator codes, passkeys, the limit on attempts, and the record of each attempt."""
