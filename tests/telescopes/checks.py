"""Comparisons of an opened image with astropy."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.utils.exceptions import AstropyWarning
from astropy.wcs import WCS
from numpy.typing import NDArray
from telescopes.made import write

from celestile.geometry import Region
from celestile.pixels.fits.spool import Spool
from celestile.pixels.image import Image
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.plane import Selection

Floats = NDArray[np.float32]
NEAR = 1e-3
"""Pixels by which a position may differ from that of astropy."""


@contextmanager
def quiet() -> Iterator[None]:
    """Ignore what astropy reports about headers that it corrects."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AstropyWarning)
        yield


class Bench:
    """A folder for made files, and a library that opens them.

    Parameters
    ----------
    folder : Path
        For the files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spool = Spool(folder.parent / f"{folder.name}-spool")
        self._opened = ExitStack()

    def write(self, name: str, hdus: Sequence[Any]) -> Path:
        """Write a file of HDUs."""
        return write(self.folder / name, fits.HDUList(list(hdus)))

    def open(self, name: str, hdus: Sequence[Any], hdu: str | None = None) -> Image:
        """Write a file and open it, as the library does for a client."""
        self.write(name, hdus)
        return self.again(name, hdu)

    def again(self, name: str, hdu: str | None = None) -> Image:
        """Open a file of the folder, or another array of it."""
        declared = DeclaredImage(file=self.folder / name)
        return Library(None, self.spool, {"it": declared}).open("it", hdu)

    def listed(self) -> list[str]:
        """Return the names of the files that a server of this folder lists."""
        library = Library(self.folder, self.spool, {})
        return [entry.identifier for entry in library.every()]

    def headers(self, name: str) -> fits.HDUList:
        """Return the HDUs of a file as astropy reads them."""
        return self._opened.enter_context(fits.open(self.folder / name))

    def wcs(self, name: str, hdu: int | str = 0, axes: int | None = None) -> WCS:
        """Return the coordinates of an array of a file by astropy, or of its first axes."""
        with fits.open(self.folder / name) as hdus, quiet():
            return WCS(hdus[hdu].header, hdus, naxis=axes)

    def close(self) -> None:
        """Close the files that were opened for their headers."""
        self._opened.close()


def values(image: Image, frame: int = 1, channel: int = 1) -> Floats:
    """Return all pixels of a plane, FITS row 1 first."""
    plane = image.plane(Selection((frame, frame), (channel, channel)))
    read = plane.read(Region(0, 0, image.width, image.height))
    return read if image.top_down else read[::-1]


def shown(image: Image) -> tuple[str, str]:
    """Return the name and role of what is shown."""
    found = next(choice for choice in image.hdus if choice.selector == image.hdu)
    return found.name, found.kind


def names(image: Image) -> list[str]:
    """Return the names of the channels."""
    return [channel.name for channel in image.channels]


def expect_sky(image: Image, wcs: WCS) -> None:
    """Compare the sky of an array with astropy, at its corners and inside."""
    x = np.array([0.0, image.width - 1, 0.0, image.width - 1, image.width * 0.3])
    y = np.array([0.0, 0.0, image.height - 1, image.height - 1, image.height * 0.6])
    wanted = wcs.all_pix2world(x, y, 0)
    down = y + 0.5 if image.top_down else image.height - y - 0.5
    found = image.sky.world_array(x + 0.5, down)
    scale = np.sqrt(abs(np.linalg.det(wcs.pixel_scale_matrix)))
    assert np.abs(away(found, wanted)).max() < NEAR * scale


def away(one: Any, other: Any) -> Any:
    """Return about the distances between positions, in degrees."""
    across = (one[0] - other[0] + 180) % 360 - 180
    return np.hypot(across * np.cos(np.radians(other[1])), one[1] - other[1])


def expect_chips(
    image: Image, hdus: fits.HDUList, indices: Sequence[int], tolerance: float
) -> None:
    """Find pixels of chips in a mosaic by the sky, and compare them with the arrays.

    Parameters
    ----------
    image : Image
        The mosaic.
    hdus : HDUList
        Its file.
    indices : sequence of int
        HDUs of the chips to compare.
    tolerance : float
        Of the values: 0 where pixels are not resampled.
    """
    mosaic = values(image)[::-1]
    for index in indices:
        array = hdus[index].data
        height, width = array.shape[-2:]
        x, y = (np.array([0.3, 0.5, 0.7]) * n // 1 for n in (width, height))
        with quiet():
            lon, lat = WCS(hdus[index].header, hdus).all_pix2world(x, y, 0)
        column, row = image.sky.pixel_array(lon, lat)
        found = mosaic[np.floor(row).astype(int), np.floor(column).astype(int)]
        wanted = array[..., y.astype(int), x.astype(int)]
        assert np.abs(found - wanted).max() <= tolerance, hdus[index].name
