"""What to classify, with which models, and how."""
