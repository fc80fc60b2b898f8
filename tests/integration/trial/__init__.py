"""The trial: its keys, its places, its processes, each by itself."""
