"""Sets of files by their identifier: the same images as those that the settings declare."""

import json
from pathlib import Path

import numpy as np
import pytest

from celestile.errors import RequestError, UnknownImageError, UnservableImageError
from celestile.pixels.image import Selection
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.patterns import matching
from celestile.pixels.sets import MOST_BANDS, MOST_FRAMES, format_set, parse_set
from celestile.pixels.sources.bands import Band
from celestile.settings import load_settings

SPELLINGS = json.loads(Path(__file__).with_name("sets.json").read_text())
SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": 20.0,
    "CRPIX1": 8.0, "CRPIX2": 6.0, "CDELT1": -0.001, "CDELT2": 0.001,
}  # fmt: skip


@pytest.fixture
def library(tmp_path, spool):
    return Library(tmp_path, spool)


def ramp(start=0.0, shape=(12, 16)):
    return np.arange(shape[0] * shape[1], dtype=np.float32).reshape(shape) + start


@pytest.mark.parametrize(("kind", "members", "identifier"), SPELLINGS["sets"])
def test_spellings(kind, members, identifier):
    assert format_set(kind, members) == identifier
    found = parse_set(identifier)
    assert (found.kind, list(found.members)) == (kind, members)


@pytest.mark.parametrize("identifier", SPELLINGS["others"])
def test_other_identifiers_are_no_sets(identifier):
    assert parse_set(identifier) is None


def test_bands_are_in_order_of_wavelength(library, write_fits, read_pixels):
    for number, name in enumerate(("R", "B", "V")):
        write_fits(f"m/{name.lower()}.fits", (ramp(1000.0 * number), {"FILTER": name}))
    image = library.open("bands:m/r.fits|b.fits|v.fits")
    assert [channel.name for channel in image.channels] == ["B", "V", "R"]
    assert image.channel_axis == "band"
    for channel, start in ((1, 1000.0), (2, 2000.0), (3, 0.0)):
        expected = ramp(start)[::-1]
        np.testing.assert_array_equal(read_pixels(image, channel=channel), expected)
    members = library.members(image)
    assert members == ("m/b.fits", "m/v.fits", "m/r.fits")
    assert library.original("bands:m/r.fits|b.fits|v.fits", 1, 3).name == "r.fits"


def test_bands_without_wavelengths_keep_their_order(library, write_fits):
    for name in ("z", "a", "7"):
        write_fits(f"{name}.fits", ramp())
    image = library.open("bands:z.fits|a.fits|7.fits")
    assert [channel.name for channel in image.channels] == ["z", "a", "band_7"]


def test_bands_of_one_filter_have_different_names(library, write_fits):
    for name in ("one", "two"):
        write_fits(f"{name}.fits", (ramp(), {"FILTER": "r DECam SDSS c0002 6415.0 1480.0"}))
    image = library.open("bands:one.fits|two.fits")
    assert [channel.name for channel in image.channels] == ["r", "r_2"]


def test_bands_are_those_of_the_settings(library, write_fits, spool, read_pixels):
    """The second is shifted by two pixels: it is resampled onto the grid of the first."""
    first = write_fits("g.fits", (ramp(), {**SKY, "FILTER": "g"}))
    second = write_fits("r.fits", (ramp(5.0), {**SKY, "CRPIX1": 10.0, "FILTER": "r"}))
    bands = (Band(name="g", path=first), Band(name="r", path=second))
    declared = Library(None, spool, {"it": DeclaredImage(bands=bands)}).open("it")
    image = library.open("bands:r.fits|g.fits")
    assert image.key == declared.key
    for channel in (1, 2):
        np.testing.assert_array_equal(
            read_pixels(image, channel=channel), read_pixels(declared, channel=channel)
        )


def test_frames_are_in_order_of_time(library, write_fits, read_pixels):
    for number, name in ((2, "a"), (1, "b"), (3, "c")):
        cards = {"DATE-OBS": f"2024-05-0{number}T00:00:00"}
        write_fits(f"night/{name}.fits", (ramp(number), cards))
    identifier = "frames:night/a.fits|b.fits|c.fits"
    image = library.open(identifier)
    assert [frame.name for frame in image.frames] == ["b.fits", "a.fits", "c.fits"]
    np.testing.assert_array_equal(read_pixels(image, frame=2), ramp(2)[::-1])
    assert library.members(image) == ("night/b.fits", "night/a.fits", "night/c.fits")


def test_aligned_frames_lie_on_the_sky_of_the_first(library, write_fits, read_pixels):
    write_fits("1.fits", (ramp(), {**SKY, "DATE-OBS": "2024-05-01"}))
    shifted = np.roll(ramp(), 2, axis=1)
    write_fits("2.fits", (shifted, {**SKY, "CRPIX1": 10.0, "DATE-OBS": "2024-05-02"}))
    image = library.open("aligned:1.fits|2.fits")
    plain = library.open("frames:1.fits|2.fits")
    np.testing.assert_allclose(read_pixels(image, frame=2)[:, :13], ramp()[::-1, :13], atol=1e-3)
    np.testing.assert_array_equal(read_pixels(plain, frame=2), shifted[::-1])


def test_members_may_be_declared_files(tmp_path, spool, write_fits):
    path = write_fits("elsewhere/x.fits", ramp())
    root = tmp_path / "root"
    root.mkdir()
    declared = {"x": DeclaredImage(file=path), "both": DeclaredImage(frames=(path,))}
    library = Library(root, spool, declared)
    (root / "y.fits").write_bytes(path.read_bytes())
    assert len(library.open("frames:x|y.fits").frames) == 2
    with pytest.raises(UnservableImageError, match="'both' has several files"):
        library.open("frames:both|y.fits")


def test_only_files_that_a_client_may_see(tmp_path, spool, write_fits):
    write_fits("secret.fits", ramp())
    write_fits("root/.hidden.fits", ramp())
    write_fits("root/a.fits", ramp())
    library = Library(tmp_path / "root", spool)
    for name in ("../secret.fits", ".hidden.fits", "/../secret.fits", "/etc/passwd", "no.fits"):
        with pytest.raises(UnknownImageError, match="member 2 of the set"):
            library.open(f"frames:a.fits|{name}")


def test_wrong_sets_are_refused(library, write_fits):
    write_fits("a.fits", ramp())
    write_fits("b.fits", ramp(shape=(5, 7)))
    with pytest.raises(
        UnservableImageError, match=r"'b\.fits' has 7 × 5 pixels and 'a\.fits' 16 × 12"
    ):
        library.open("frames:a.fits|b.fits")
    with pytest.raises(UnservableImageError, match="channel"):
        library.open("bands:a.fits|b.fits")
    with pytest.raises(RequestError, match=r"'a\.fits' is twice"):
        library.open("frames:a.fits|b.fits|a.fits")
    with pytest.raises(RequestError, match="is empty"):
        library.open("frames:a.fits||b.fits")
    for kind, most in (("bands", MOST_BANDS), ("frames", MOST_FRAMES)):
        text = "|".join(f"{number}.fits" for number in range(most + 1))
        with pytest.raises(RequestError, match=f"{most + 1} members; at most {most}"):
            library.open(f"{kind}:{text}")
    with pytest.raises(RequestError, match="too long"):
        library.open("frames:" + "|".join(f"{number:0100}.fits" for number in range(100)))


def test_a_file_of_such_a_name_is_that_file(library, write_fits):
    write_fits("a.fits", ramp())
    write_fits("bands:a.fits|b.fits", ramp(3.0))
    image = library.open("bands:a.fits|b.fits")
    assert len(image.channels) == 1
    assert library.members(image) == ()
    assert image.plane(Selection()).value(0, 11).value == 3.0


def test_changed_members_are_noticed(library, write_fits):
    for name in ("a.fits", "b.fits"):
        write_fits(name, ramp())
    first = library.open("frames:a.fits|b.fits")
    assert library.open("frames:a.fits|b.fits") is first
    write_fits("b.fits", ramp(shape=(12, 16)).astype(np.float64))
    assert library.open("frames:a.fits|b.fits").key != first.key


def test_bands_in_different_units_keep_theirs(library, write_fits):
    for name, unit in (("a", "Jy/beam"), ("b", "adu"), ("c", "adu")):
        write_fits(f"{name}.fits", (ramp(), {"BUNIT": unit}))
    mixed = library.open("bands:a.fits|b.fits")
    assert mixed.unit is None
    assert [mixed.unit_of(Selection(channel=(k, k))) for k in (1, 2)] == ["Jy/beam", "adu"]
    assert library.open("bands:b.fits|c.fits").unit == "adu"


@pytest.mark.parametrize(("identifier", "members", "names", "yaml"), SPELLINGS["declarations"])
def test_yaml_of_the_viewer_declares_the_same_files(identifier, members, names, yaml, tmp_path):
    """The viewer writes this text; its own test reads it from the same table."""
    (tmp_path / "c.yaml").write_text(yaml)
    (image,) = load_settings(tmp_path / "c.yaml", {}).images
    found = parse_set(identifier)
    assert list(found.members) == members
    if found.kind == "bands":
        assert [(band.name, str(band.file)) for band in image.channels] == list(
            zip(names, members, strict=True)
        )
    else:
        for member in members:
            (tmp_path / member).touch()
        patterns = [tmp_path / frame for frame in image.frames]
        assert [path.name for path in matching(patterns)] == members
        assert image.align == ("wcs" if found.kind == "aligned" else "none")
