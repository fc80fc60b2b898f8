"""What a supervising officer permitted, and what is excluded: where and when nothing is collected (`core.authority.silence`)."""
