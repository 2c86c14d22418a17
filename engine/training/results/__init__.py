"""What a run leaves: its model, its predictions, its exports."""
