"""Signs profiles and lists. It holds the keys, reads what supports a signature, and takes nobody's word (design §5)."""
