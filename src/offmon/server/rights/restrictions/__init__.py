"""What the person is told later than the delay says: asked for by one, decided by another, over by itself (R-DPA-26)."""
