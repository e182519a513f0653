"""What the chips of a mosaic are placed by, as the metadata of an image say it."""

import numpy as np
import pytest
from astropy.io import fits

from celestile.settings import CacheSettings, DataSettings, Settings

SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": 20.0, "CRPIX2": 10.0,
    "CDELT1": -0.01, "CDELT2": 0.01,
}  # fmt: skip


def write(path, headers):
    chips = [fits.PrimaryHDU()]
    for number, cards in enumerate(headers, start=1):
        pixels = np.full((20, 30), number, np.float32)
        chips.append(fits.ImageHDU(pixels, fits.Header(cards), name=f"CCD{number}"))
    fits.HDUList(chips).writeto(path)


@pytest.fixture(scope="module")
def client(serve, tmp_path_factory):
    root = tmp_path_factory.mktemp("mosaics")
    write(root / "detector.fits", [{"DETSEC": "[1:30,1:20]"}, {"DETSEC": "[31:60,1:20]"}])
    write(root / "aligned.fits", [SKY | {"CRPIX1": 1.0}, SKY | {"CRPIX1": -31.0}])
    write(root / "turned.fits", [SKY | {"CRPIX1": 1.0}, SKY | {"CRPIX1": -31.0, "CROTA2": 20.0}])
    write(root / "unplaced.fits", [{}, {}])
    fits.PrimaryHDU(np.ones((20, 30), np.float32)).writeto(root / "single.fits")
    cache = CacheSettings(directory=tmp_path_factory.mktemp("cache"))
    return serve(Settings(data=DataSettings(root=root), cache=cache))


@pytest.mark.parametrize(
    ("name", "arrangement"),
    [
        ("detector", "detector"),
        ("aligned", "sky"),
        ("turned", "sky"),
        ("unplaced", "contact sheet"),
        ("single", None),
    ],
)
def test_arrangement_is_what_the_chips_are_placed_by(client, name, arrangement):
    image = client.get(f"/api/images/{name}.fits").json()
    assert image["arrangement"] == arrangement
    assert len(image["chips"]) == (2 if arrangement else 0)
