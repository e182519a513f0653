"""Multi-resolution pixels, built just in time and kept in a cache bounded by bytes."""
