"""What tests of all parts share: the real files, and a way to write made-up ones."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import HealthCheck, settings

from celestile.pixels.fits.data.faults import survive

# A busy machine is no failure: neither a slow example nor slow generation of examples.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

_PROJECT = Path(__file__).resolve().parents[1]

WriteFits = Callable[..., Path]


@pytest.fixture(scope="session", autouse=True)
def survive_shrunken_files() -> None:
    """Install the server's handler: tests replace files that readers still have open.

    Here and not on import, because pytest's own handler comes in between.
    """
    survive()


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of real FITS files beside the project; tests that need it are skipped elsewhere."""
    folder = _PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real FITS files (../shared/data) are not on this machine")
    return folder


@pytest.fixture
def write_fits(tmp_path: Path) -> WriteFits:
    """Return a function that writes a file of image HDUs.

    Arrays go into the primary HDU if there is one of them, else into extensions behind an empty
    primary HDU; each may come with cards, as ``(array, {"EXTNAME": "SCI"})``.
    """

    def write(name: str, *images: Any, primary: Mapping[str, Any] | None = None) -> Path:
        pairs = [image if isinstance(image, tuple) else (image, {}) for image in images]
        if len(pairs) == 1 and primary is None:
            hdus = [fits.PrimaryHDU(*_filled(*pairs[0]))]
        else:
            hdus = [fits.PrimaryHDU(header=_header(primary or {}))]
            hdus += [fits.ImageHDU(*_filled(*pair)) for pair in pairs]
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fits.HDUList(hdus).writeto(path, overwrite=True)
        return path

    return write


def _filled(array: np.ndarray[Any, Any], cards: Mapping[str, Any]) -> tuple[Any, fits.Header]:
    return array, _header(cards)


def _header(cards: Mapping[str, Any]) -> fits.Header:
    header = fits.Header()
    for keyword, value in cards.items():
        header[keyword] = value
    return header
