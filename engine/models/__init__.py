"""A run to `model.onnx` to probabilities."""
