"""Write FITS files."""

import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from celestile.errors import StorageError

if TYPE_CHECKING:  # astropy loads slowly
    from astropy.io import fits

Cards = Mapping[str, tuple[str | float, str]]
"""Keyword to value and comment."""


def write_image(path: Path, data: NDArray[np.float32], cards: Cards) -> None:
    """Write an image as the primary HDU of a new file, atomically.

    Parameters
    ----------
    path : Path
        Replaced if it exists; its folder is created if needed.
    data : ndarray of float32, shape (…, y, x)
        In FITS row order: the first row is at the bottom.
    cards : mapping
        Keyword to value and comment.

    Raises
    ------
    StorageError
        If the file cannot be written.
    """
    from astropy.io import fits  # noqa: PLC0415 - astropy loads slowly

    hdu = fits.PrimaryHDU(data, _header(cards))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise StorageError(f"{path.name} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            hdu.writeto(file)
        Path(name).replace(path)
    except OSError as error:
        raise StorageError(f"{path.name} cannot be written: {error.strerror}") from error
    finally:
        Path(name).unlink(missing_ok=True)


def image_bytes(data: NDArray[np.float32] | NDArray[np.float64], cards: Cards) -> bytes:
    """Make a file of one image; parameters as of `write_image`."""
    from astropy.io import fits  # noqa: PLC0415 - astropy loads slowly

    return _file(fits.PrimaryHDU(data, _header(cards)))


def column_bytes(name: str, values: NDArray[np.int64], cards: Cards) -> bytes:
    """Make a file of a binary table with one column of integers."""
    from astropy.io import fits  # noqa: PLC0415 - astropy loads slowly

    column = fits.Column(name=name, format="K", array=values)
    return _file(fits.PrimaryHDU(), fits.BinTableHDU.from_columns([column], _header(cards)))


def _header(cards: Cards) -> "fits.Header":
    from astropy.io import fits  # noqa: PLC0415 - astropy loads slowly

    header = fits.Header()
    for keyword, (value, comment) in cards.items():
        header[keyword] = (value, comment)
    return header


def _file(*hdus: "fits.PrimaryHDU | fits.BinTableHDU") -> bytes:
    from astropy.io import fits  # noqa: PLC0415 - astropy loads slowly

    stream = io.BytesIO()
    fits.HDUList(list(hdus)).writeto(stream)
    return stream.getvalue()
