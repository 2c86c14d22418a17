"""Rounds: all runs of a project over time on the same check images."""
