"""What is seen and decided before a training starts."""
