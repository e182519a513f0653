"""Cubes whose planes have headers of their own in a table of group parameters."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

BASE = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CTYPE3": "GROUP_NUMBER", "CRPIX1": 20.0,
    "CRPIX2": 15.0, "CRVAL1": 180.0, "CRVAL2": 30.0, "CD1_1": -1e-4, "CD1_2": 0.0, "CD2_1": 0.0,
    "CD2_2": 1e-4,
}  # fmt: skip
# Four chips around a point, each turned by another quarter; the first has smaller pixels.
TURNS = np.radians([0, 90, 180, 270])
SIDES = [(1, 1), (-1, 1), (-1, -1), (1, -1)]
VALUES = np.arange(4 * 30 * 40, dtype=np.float32).reshape(4, 30, 40)


def rows() -> list[dict[str, float]]:
    found = []
    for number, (turn, (east, north)) in enumerate(zip(TURNS, SIDES, strict=True)):
        scale = 0.5e-4 if number == 0 else 1e-4
        found.append(
            {
                "CRVAL1": 180.0 + 0.0035 * east, "CRVAL2": 30.0 + 0.003 * north,
                "CRPIX1": 20.0 + number, "CRPIX2": 15.0,
                "CD1_1": -scale * np.cos(turn), "CD1_2": scale * np.sin(turn),
                "CD2_1": scale * np.sin(turn), "CD2_2": scale * np.cos(turn),
            }
        )  # fmt: skip
    return found


def write(path: Path, kind: type[Any], groups: int = 4, axis: str = "GROUP_NUMBER") -> Path:
    columns = [
        fits.Column(
            name,
            "D" if kind is fits.BinTableHDU else "D25.17",
            array=[row[name] for row in rows()[:groups]],
        )
        for name in rows()[0]
    ]
    cube = fits.PrimaryHDU(VALUES, fits.Header({**BASE, "CTYPE3": axis}))
    fits.HDUList([cube, kind.from_columns(columns, name="x.tab")]).writeto(path)
    return path


@pytest.mark.parametrize("kind", [fits.BinTableHDU, fits.TableHDU])
def test_each_plane_has_its_own_sky(
    kind: type[Any], tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    path = write(tmp_path / "a.fits", kind)
    for number, row in enumerate(rows()):
        image = open_image(path, f"GROUP,{number + 1}")
        np.testing.assert_array_equal(read_pixels(image), VALUES[number, ::-1])
        shown = {card.keyword: card.value for card in image.cards}
        assert shown["CRVAL1"] == pytest.approx(row["CRVAL1"], abs=1e-12)
        exact = WCS(fits.Header({**BASE, **row}), naxis=2)
        for x, y in ((1, 1), (40, 30), (7, 22)):
            world = image.sky.world(x - 0.5, 30 - y + 0.5)
            lon, lat = exact.all_pix2world([[x, y]], 1)[0]
            assert (world.lon, world.lat) == pytest.approx((lon, lat), abs=1e-9)


def test_the_planes_are_chips_on_the_sky(tmp_path: Path, open_image: Any) -> None:
    image = open_image(write(tmp_path / "a.fits", fits.BinTableHDU))
    assert image.arrangement == "sky"
    assert len(image.chips) == 4
    for number, row in enumerate(rows()):
        lon, lat = WCS(fits.Header({**BASE, **row}), naxis=2).all_pix2world([[20, 15]], 1)[0]
        x, y = image.sky.pixel(lon, lat)
        assert image.chip_at(int(x), int(y)).name.startswith("GROUP")
        assert image.chip_at(int(x), int(y)) is image.chips[number]


def test_the_cube_names_the_planes(tmp_path: Path, open_image: Any) -> None:
    image = open_image(write(tmp_path / "a.fits", fits.BinTableHDU), "0")
    assert (image.width, image.height) == (40, 30)
    assert any("GROUP,1" in note for note in image.notes)


@pytest.mark.parametrize(("groups", "axis"), [(3, "GROUP_NUMBER"), (4, "LINEAR")])
def test_other_cubes_stay_as_they_are(
    groups: int, axis: str, tmp_path: Path, open_image: Any
) -> None:
    image = open_image(write(tmp_path / "a.fits", fits.BinTableHDU, groups, axis))
    assert len(image.hdus) == 1
    assert not image.chips
