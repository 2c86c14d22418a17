"""A frozen split to a run."""
