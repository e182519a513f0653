"""What every protocol is built on: open an image, resolve a view of it, draw it."""
