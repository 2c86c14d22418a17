"""Results of a run: its model, its predictions, its exports."""
