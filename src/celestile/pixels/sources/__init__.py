"""Where images come from: one file, band sets and sequences of files."""
