"""The built-in base, and how its file was made."""
