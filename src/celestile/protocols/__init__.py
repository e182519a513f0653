"""The languages spoken over HTTP: IIIF, WMTS and Celestile's own JSON."""
