"""One evaluation as a page."""
