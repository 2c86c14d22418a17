"""Charts that are drawn from numbers, painted by us, saved as PNG, SVG or CSV."""
