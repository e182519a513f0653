"""Where a cube begins: on the plane that shows something, found by looking at little of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.display import excerpts as module
from celestile.pixels.display.start import FirstPlane, first_plane
from celestile.pixels.plane import Selection
from celestile.pixels.planes.array import ArrayPlane

SPECTRAL = {"CTYPE3": "VRAD", "CUNIT3": "m/s", "CRPIX3": 1.0, "CRVAL3": 0.0, "CDELT3": 500.0}
Y, X = np.mgrid[:60, :80]
SOURCE = np.exp(-((X - 30) ** 2 + (Y - 40) ** 2) / 200)


def cube(planes: int, line: slice, strength: float = 6.0) -> NDArray[np.float32]:
    values = np.random.default_rng(planes).normal(size=(planes, 60, 80)).astype(np.float32)
    values[line] += (strength * SOURCE).astype(np.float32)
    return values


@pytest.mark.parametrize("strength", [6.0, -6.0])
def test_a_spectrum_begins_on_its_line(strength: float, write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", (cube(100, slice(60, 70), strength), SPECTRAL))
    found = first_plane(open_image(path))
    assert found.frame == 1
    assert 60 <= found.channel - 1 < 70


def test_it_is_the_same_every_time(write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", (cube(40, slice(5, 9)), SPECTRAL))
    assert len({first_plane(open_image(path)) for _ in range(3)}) == 1


def test_noise_alone_begins_with_the_first(write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", (cube(50, slice(0, 0)), SPECTRAL))
    assert first_plane(open_image(path)) == FirstPlane(1, 1)


@pytest.mark.parametrize("empty", [np.nan, 0.0])
def test_empty_channels_are_passed_over(empty: float, write_fits: Any, open_image: Any) -> None:
    values = cube(30, slice(0, 0))
    values[:10] = empty
    path = write_fits("a.fits", (values, SPECTRAL))
    assert first_plane(open_image(path)).channel > 10


def test_counts_of_photons_begin_where_most_are(write_fits: Any, open_image: Any) -> None:
    values = np.random.default_rng(4).poisson(0.02, (20, 60, 80)).astype(np.int16)
    values[13] += np.random.default_rng(5).poisson(SOURCE).astype(np.int16)
    path = write_fits("a.fits", (values, SPECTRAL))
    assert first_plane(open_image(path)).channel == 14


@pytest.mark.parametrize("stokes_axis", [3, 4])
def test_of_several_stokes_parameters_it_is_the_first(
    stokes_axis: int, write_fits: Any, open_image: Any
) -> None:
    spectral = 7 - stokes_axis
    cards = {key[:-1] + str(spectral): value for key, value in SPECTRAL.items()}
    cards |= {f"CTYPE{stokes_axis}": "STOKES", f"CRVAL{stokes_axis}": 1.0}
    cards |= {f"CRPIX{stokes_axis}": 1.0, f"CDELT{stokes_axis}": 1.0}
    stack = np.stack([cube(20, slice(8, 11)), 9 * cube(20, slice(2, 4))])
    path = write_fits("a.fits", (stack if stokes_axis == 4 else stack.swapaxes(0, 1), cards))
    image = open_image(path)
    value = image.channels[first_plane(image).channel - 1].value
    assert value is not None
    assert 8 <= value / 500.0 < 11


def test_frames_begin_with_the_first_that_is_not_empty(write_fits: Any, open_image: Any) -> None:
    values = cube(9, slice(0, 0))
    path = write_fits("a.fits", (values, {"CTYPE3": "TIME"}))
    assert first_plane(open_image(path)) == FirstPlane(1, 1)
    values[:3] = np.nan
    path = write_fits("b.fits", (values, {"CTYPE3": "TIME"}))
    assert first_plane(open_image(path)) == FirstPlane(4, 1)
    values[:] = 7.0
    path = write_fits("c.fits", (values, {"CTYPE3": "TIME"}))
    assert first_plane(open_image(path)) == FirstPlane(1, 1)


def test_of_a_large_cube_little_is_read(
    tmp_path: Path, open_image: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """16 GB on paper, on disk next to nothing."""
    path = tmp_path / "large.fits"
    header = fits.Header(
        {"SIMPLE": True, "BITPIX": -32, "NAXIS": 3, "NAXIS1": 4096, "NAXIS2": 2048, "NAXIS3": 500}
        | SPECTRAL
    )
    line = 4096 * 2048 * 4
    with path.open("wb") as stream:
        stream.write(header.tostring().encode())
        at = stream.tell()
        stream.truncate(at + 500 * line)
        for channel in range(240, 272):
            stream.seek(at + channel * line)
            rows = 10.0 + np.random.default_rng(channel).normal(size=(2048, 1))
            stream.write(np.broadcast_to(rows, (2048, 4096)).astype(">f4").tobytes())
    amount = []
    read = ArrayPlane.read

    def counted(plane: ArrayPlane, region: Region) -> NDArray[np.float32]:
        amount.append(4 * region.width * region.height)
        return read(plane, region)

    monkeypatch.setattr(ArrayPlane, "read", counted)
    image = open_image(path)
    assert image.plane(Selection()).direct
    assert 240 <= first_plane(image).channel - 1 < 272
    assert sum(amount) < 4e6


def test_what_cannot_be_read_quickly_begins_in_the_middle(
    write_fits: Any, open_image: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_UNPACKED", 100)
    axes = {"CTYPE1": "VRAD", "CRVAL1": 0.0, "CRPIX1": 1.0, "CDELT1": 1.0}
    axes |= {"CTYPE2": "RA---TAN", "CTYPE3": "DEC--TAN"}
    path = write_fits("a.fits", (np.zeros((40, 50, 21), np.float32), axes))
    image = open_image(path)
    assert len(image.channels) == 21
    assert first_plane(image) == FirstPlane(1, 11)


def test_the_real_cubes_begin_on_their_lines(data_dir: Path, open_image: Any) -> None:
    muse = open_image(data_dir / "cube/muse_a478_minicube.fits.gz")
    # H alpha and [N II] of Abell 478, at a redshift of 0.088.
    found = muse.channels[first_plane(muse).channel - 1].value
    assert found is not None
    assert 711e-9 < found < 717e-9
    hcn = open_image(data_dir / "cube/region5_hcn.fits")
    # The mean over the map rises above its noise in these channels only.
    assert 155 <= first_plane(hcn).channel <= 185
