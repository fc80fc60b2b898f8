"""kill -9, again and again, of what runs, while pages of known truth go by: each is delivered once, or its time is declared (issue 2)."""
