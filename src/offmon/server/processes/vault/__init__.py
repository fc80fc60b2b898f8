"""Opens bodies. It holds the opening keys, reads what supports a request, and takes nobody's word (design §5)."""
