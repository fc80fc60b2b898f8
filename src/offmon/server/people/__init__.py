"""The supervised people: one case a person under one lead agency."""
