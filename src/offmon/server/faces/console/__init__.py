"""The console: where staff look at alerts, decide, and keep the file of a case. Plain pages that work without scripts."""
