"""The chips of a multi-extension file, put together into one image."""
