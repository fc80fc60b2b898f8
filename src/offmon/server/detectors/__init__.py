"""The register of detectors: signed lists and the exclusion list."""
