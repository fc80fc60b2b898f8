"""What is signed, hashed, enclosed or sent, byte by byte: for another implementation (docs/specs/)."""
