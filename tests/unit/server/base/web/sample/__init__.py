"""A face of a few pages: one of every kind of view that the web base distinguishes, and a form with every field."""
