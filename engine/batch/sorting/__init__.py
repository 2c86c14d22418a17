"""Files into class folders, and back."""
