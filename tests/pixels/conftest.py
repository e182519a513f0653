"""Images of files, and all of their pixels."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.fits.spool import Spool
from celestile.pixels.image import Image
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.plane import Selection

Floats = NDArray[np.float32]
OpenImage = Callable[..., Image]
ReadPixels = Callable[..., Floats]


@pytest.fixture
def spool(tmp_path_factory: pytest.TempPathFactory) -> Spool:
    return Spool(tmp_path_factory.mktemp("spool"))


@pytest.fixture
def open_image(spool: Spool) -> OpenImage:
    """Return a function that opens a file, or a declaration, as a library does."""

    def open_it(
        path: Path | None = None,
        hdu: str | None = None,
        *,
        cfa: str | None = None,
        **declaration: object,
    ) -> Image:
        declared = DeclaredImage(file=path, **declaration)  # type: ignore[arg-type]
        return Library(None, spool, {"it": declared}).open("it", hdu, cfa)

    return open_it


@pytest.fixture
def read_pixels() -> ReadPixels:
    """Return a function that reads all pixels of a frame and a channel, row 0 at the top."""

    def read(image: Image, frame: int = 1, channel: int = 1) -> Floats:
        plane = image.plane(Selection((frame, frame), (channel, channel)))
        assert (plane.width, plane.height) == (image.width, image.height)
        values = plane.read(Region(0, 0, image.width, image.height))
        assert values.dtype == np.float32
        assert values.dtype.isnative
        assert values.flags.c_contiguous
        return values

    return read
