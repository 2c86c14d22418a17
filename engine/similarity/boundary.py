"""How alike images are that are offered as a group, and how far a person may move that. Loads nothing.

All are cosines. What is usual differs between collections: traffic signs all resemble each other, flowers do not.
"""

ALIKE = 0.5  # least cosine to the middle of a group, or more where such pairs are not rare (`usual_boundary`)
LOOSER = 0.28  # so much less is asked among images with the same suggestion: fewest keys for 800 flowers
KNOWN = 0.2  # as far below the boundary a labelled image may be for a suggestion to say anything: it is no new thing
STEP = 0.05  # by which a person moves the boundary
CLOSEST, WIDEST = -5, 5  # steps
