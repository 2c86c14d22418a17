"""What resembles what: the one place for features, look-alikes, groups, duplicates and leaks between splits.

Two measures of similarity serve two questions. `fingerprints` compares the details of two pictures: it knows a picture
again that was saved anew, brighter, smaller or cropped, and is what duplicates and groups are found by. `look_alikes`
compares features: what a network sees as the same thing, such as another photograph of one sign.
"""
