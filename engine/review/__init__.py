"""Predictions and labels to what to look at and what to fix."""
