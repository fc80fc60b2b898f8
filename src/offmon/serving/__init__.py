"""How a face or the witness is served: each request's body is read first, and only then gets a thread."""
