"""Celestile's own JSON: metadata and values of images."""
