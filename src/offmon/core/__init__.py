"""The rules and formats that a court may ask about. Pure: standard library and `cryptography`; no wall clock, no files, no network."""
