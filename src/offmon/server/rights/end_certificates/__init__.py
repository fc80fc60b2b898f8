"""The end certificate: made once monitoring has ended, and given to the person (R-RGT-20)."""
