"""All runs of a project, and what can be done with them."""
