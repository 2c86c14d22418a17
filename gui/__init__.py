"""The window. Shows what `engine` does; holds no logic of its own."""
