"""One picture, or a few side by side, large."""
