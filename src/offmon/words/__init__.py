"""What people are told, in English and Welsh, from one catalogue (R-RGT-5)."""
