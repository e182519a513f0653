"""The axes of an array: image axes, channels, frames, and their world coordinates."""
