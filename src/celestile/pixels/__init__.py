"""Images: read from files, with their pixels, axes, mosaics and sky coordinates."""
