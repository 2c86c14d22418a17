"""The form of a training's options."""
