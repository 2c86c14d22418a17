"""The forms in which people keep labelled images, each turned into the same stream of rows."""
