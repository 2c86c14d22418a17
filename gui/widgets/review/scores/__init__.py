"""The scores of a run and of each class."""
