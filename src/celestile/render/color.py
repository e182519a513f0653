"""From intensities to colors."""

from celestile.render.colormaps import colormap, colormaps

__all__ = ["colormap", "colormaps"]
