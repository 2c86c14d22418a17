"""What a model goes by in a picture."""
