"""Runs on disk: written so that a kill leaves the last epoch, read without Keras."""
