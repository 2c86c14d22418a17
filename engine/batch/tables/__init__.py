"""Where rows of results are written, and how a batch goes on behind them."""
