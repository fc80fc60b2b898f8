"""The rights desk: a person's requests, however they came, and what was done by when (R-RGT-12, R-DPA-25, R-DPA-35)."""
