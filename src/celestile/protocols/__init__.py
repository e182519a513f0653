"""Protocols over HTTP: IIIF, WMTS, OGC API, HiPS, and the JSON API of the viewer."""
