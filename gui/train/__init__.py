"""The Train page: what to train with on the left; runs, their curves and the log on the right."""
