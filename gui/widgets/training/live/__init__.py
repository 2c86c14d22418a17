"""One run, as it trains or as it ended."""
