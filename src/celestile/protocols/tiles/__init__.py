"""Tile grids and sky coverages, shared by WMTS and the OGC API."""
