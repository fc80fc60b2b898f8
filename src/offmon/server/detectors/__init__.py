"""The register of what looks: signed lists and the exclusion list."""
