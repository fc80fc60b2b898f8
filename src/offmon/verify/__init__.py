"""The offline verifier: five questions about a bundle, asked with keys that the reader brought (docs/specs/bundle.md).

It imports only `offmon.core`, opens no connection, and writes only its answer.
"""
