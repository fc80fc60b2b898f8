"""What a public site says of its promises, for a terminal: `offmon assure` (issue 3). Imports core and words only."""
