"""A face of a few pages: one of every kind of view that the web base has to tell apart, and a form with every field."""
