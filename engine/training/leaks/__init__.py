"""Near-duplicates on both sides of the split."""
