"""How a face or the witness is served. A request gets a thread only once its body is read."""
