"""What of alerts is locked, because it was collected at a time without authority."""
