"""Everything that is drawn from numbers, painted by us, saved as PNG, SVG or CSV."""
