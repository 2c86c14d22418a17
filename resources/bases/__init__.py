"""The base in the box, and how its file was made."""
