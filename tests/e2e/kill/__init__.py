"""kill -9 of running processes, again and again, while known pages go by. Each is delivered once, or its time is declared (issue 2)."""
