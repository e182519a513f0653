"""From pixel values to encoded pictures; knows no protocol."""

RENDERING = 3
"""Part of the ETag of every picture: to be raised with each change that alters pixels."""
