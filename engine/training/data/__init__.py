"""Pictures to batches: pixels in memory, augmented, mixed, in the order of the seed."""
