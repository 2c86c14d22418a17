"""The pictures of the built-in sample, where each comes from, and how its file was made."""
