"""Icons, translations, styles and the desktop entry."""
