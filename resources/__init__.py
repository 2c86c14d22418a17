"""Icons, styles, bases and the desktop entry."""
