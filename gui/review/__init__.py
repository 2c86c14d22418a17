"""The Review page: how good a run is, and every way of looking at what it got wrong."""
