"""The results of a batch: seen, filtered, corrected."""
