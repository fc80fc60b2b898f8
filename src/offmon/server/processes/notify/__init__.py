"""The process notify: it tells staff that something waits, by e-mail, text message or webhook."""
