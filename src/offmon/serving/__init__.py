"""How a face or the witness is served: its requests' bodies are read first, and only then is a thread given to them."""
