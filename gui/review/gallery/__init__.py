"""The mistakes: as pictures, one large, and what is decided of them."""
