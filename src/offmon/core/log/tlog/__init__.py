"""The transparency log's pure core: Merkle trees, signed notes, checkpoints, cosignatures, tiles and proofs (C2SP; RFC 6962).

Nothing here holds a log. Hashes come in as arguments or through a function that reads them, and each check can be made
offline by someone who trusts neither the log nor us.
"""
