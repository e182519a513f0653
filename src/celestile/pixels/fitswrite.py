"""Writes FITS files; the other importer of `astropy.io.fits` beside `celestile.pixels.fits`."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from celestile.errors import StorageError


def write_image(
    path: Path, data: NDArray[np.float32], cards: Mapping[str, tuple[str | float, str]]
) -> None:
    """Write an image as the primary HDU of a new file: all of it or nothing.

    Parameters
    ----------
    path : Path
        Replaced if it exists; its folder is made where needed.
    data : ndarray of float32, shape (…, y, x)
        In FITS row order: the first row is at the bottom.
    cards : mapping
        Keyword to value and comment.

    Raises
    ------
    StorageError
        If the file cannot be written.
    """
    header = fits.Header()
    for keyword, (value, comment) in cards.items():
        header[keyword] = (value, comment)
    hdu = fits.PrimaryHDU(data, header)
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
