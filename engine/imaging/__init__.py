"""Bytes to RGB pixels: the one decode and the one resize of the whole program."""
