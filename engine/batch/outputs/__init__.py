"""Outputs of a batch: a journal of its rows, and from it a table or a page."""
