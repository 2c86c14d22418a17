"""Large pictures: one, or a few side by side."""
