"""Celestile's own JSON: what an image is, and its values."""
