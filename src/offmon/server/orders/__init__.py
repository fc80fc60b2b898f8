"""Instruments and their terms, as recorded from the document and confirmed by a second officer."""
