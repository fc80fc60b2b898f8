"""What is promised to the public, and what a visitor chose."""
