"""Two-dimensional planes of pixels, and planes derived from other planes."""
