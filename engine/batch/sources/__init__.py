"""Sources of a batch: the images to classify, as a stream."""
