"""Batches that the window keeps, and what becomes of them."""
