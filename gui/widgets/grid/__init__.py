"""The virtual grid of thumbnails, and what fills it."""
