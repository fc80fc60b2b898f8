"""Identifiers of a person in other records, checked as they are typed (R-ID-1 to R-ID-11).

`reading` reads any kind. Each kind has a module: `pnc`, `cro`, `asn`, and `plain` for those without a check letter.
`core.text.identifiers` is another thing: it looks for identifiers that nobody should have written.
"""
