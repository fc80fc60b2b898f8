"""What the person is told, when, and by when they are answered."""
