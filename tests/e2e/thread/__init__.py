"""The whole thread, with a browser at either end: the supervised person's, and the officer's."""
