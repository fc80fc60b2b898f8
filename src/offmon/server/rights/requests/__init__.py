"""The rights desk: what a person asked for, whichever way it came, and what was done with it by when (R-RGT-12, R-DPA-25, R-DPA-35)."""
