"""OGC WMTS 1.0.0, by key-value pairs and by paths."""
