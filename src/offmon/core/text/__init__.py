"""What is recognised in, or must not leave with, a piece of text."""
