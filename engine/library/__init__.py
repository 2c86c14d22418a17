"""Sources to images, labels and splits. Every change is an edit that can be undone."""
