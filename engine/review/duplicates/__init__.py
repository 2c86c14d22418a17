"""Pictures that show the same thing."""
