"""Two runs side by side, and the way from one to the next."""
