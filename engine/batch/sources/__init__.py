"""What there is to classify, as a stream."""
