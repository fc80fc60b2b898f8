"""The offline verifier: five questions about a bundle, asked with keys that the reader brought (docs/specs/bundle.md).

It imports `offmon.core` and nothing else of ours, opens no connection, and writes nothing but its answer.
"""
