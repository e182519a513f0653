"""Sky coordinates of pixels."""
