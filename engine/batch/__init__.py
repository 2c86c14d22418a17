"""A model and folders to tables."""
