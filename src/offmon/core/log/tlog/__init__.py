"""The transparency log's pure core: Merkle trees, signed notes, checkpoints, cosignatures, tiles and proofs (C2SP; RFC 6962).

Nothing here holds a log. Hashes come as arguments or from a function that reads them. Anyone can make each check offline, and need not
trust the log or us.
"""
