"""Media types of the files that are sent, by the ending of their names."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

PICTURES: Mapping[str, str] = MappingProxyType(
    {
        "jpg": "image/jpeg",
        "png": "image/png",
        "webp": "image/webp",
        "tif": "image/tiff",
        "gif": "image/gif",
        "pdf": "application/pdf",
        "jp2": "image/jp2",
    }
)
TILES = ("png", "jpg", "webp")
"""Endings of the formats of tiles, the preferred one first."""

FITS = "application/fits"  # RFC 4047

# The compression belongs to the file, not to the transfer.
COMPRESSED: Mapping[str, str] = MappingProxyType(
    {
        ".gz": "application/gzip",
        ".bz2": "application/x-bzip2",
        ".xz": "application/x-xz",
    }
)


def fits_media_type(path: Path) -> str:
    """Media type of a FITS file, by the ending of its name."""
    return COMPRESSED.get(path.suffix.lower(), FITS)
