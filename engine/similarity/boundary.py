"""How alike images are that are offered as a group, and how far a person may move that. Loads nothing."""

ALIKE = 0.5  # least cosine to the middle of a group where nothing else is known
ALIKE_AND_SUGGESTED = 0.25  # the same among images with the same suggestion: fewest keys for 800 flowers
STEP = 0.05  # by which a person moves both
CLOSEST, WIDEST = -5, 5  # steps
