"""The guide: how the work goes, in pictures; the keys; the words; and a tour of the window on the sample."""
