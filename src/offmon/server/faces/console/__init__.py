"""The console: staff review alerts, decide, and manage cases here. Plain pages that work without scripts."""
