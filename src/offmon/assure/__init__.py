"""What a public site says of its promises, for a terminal: `offmon assure`. Imports core and words only."""
