"""How good a run is, in words, with the one next step: what Train and Review show of the engine's assessment."""
