"""Explanations: the parts of a picture that a model goes by."""
