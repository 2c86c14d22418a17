"""What the Library page is made of."""
