"""What the metadata tell a viewer of the tiles."""

import pytest
from astropy.io import fits

from celestile.settings import CacheSettings, DataSettings, Settings


@pytest.fixture(scope="module")
def client(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiles")
    for name, side in (("large.fits", 8193), ("small.fits", 8192)):  # 2^26 pixels are not large yet
        header = fits.Header(
            [("SIMPLE", True), ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", side), ("NAXIS2", side)]
        )
        with (folder / name).open("wb") as stream:  # a hole: no block of the disk is taken
            stream.write(header.tostring().encode())
            stream.truncate(stream.tell() + -(-side * side // 2880) * 2880)
    return serve(
        Settings(data=DataSettings(root=folder), cache=CacheSettings(directory=folder / "cache"))
    )


@pytest.mark.parametrize(("name", "expected"), [("large.fits", True), ("small.fits", False)])
def test_only_large_images_are_drawn_in_haste(client, name, expected):
    tile = client.get(f"/api/images/{name}").json()["tile"]
    assert tile["provisional"] is expected
