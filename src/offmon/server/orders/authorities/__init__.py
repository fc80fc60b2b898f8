"""The authority of many cases, for pages that show many."""
