"""Celestile: a standards tile server for the sky."""

__version__ = "0.1.0"
