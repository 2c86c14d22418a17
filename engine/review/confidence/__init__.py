"""Reliability of confidences."""
