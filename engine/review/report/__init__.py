"""The report: an evaluation as a page."""
