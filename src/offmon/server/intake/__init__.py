"""What devices send: batches, journals, gate 2, receipts, gaps."""
