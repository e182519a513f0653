"""Files as frames: their order, their times, other sizes and other pointings."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from celestile.errors import SourceChangedError, UnservableImageError
from celestile.pixels.fits.headers.peek import peek_header
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.plane import Selection
from celestile.pixels.sources.sequence import natural, sequence_order

SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0, "CRPIX1": 20.5,
    "CRPIX2": 15.5, "CDELT1": -1e-4, "CDELT2": 1e-4, "RADESYS": "ICRS",
}  # fmt: skip


def frame(value: float, shape: tuple[int, int] = (30, 40), **cards: Any) -> tuple[Any, Any]:
    return np.full(shape, value, np.float32), {**SKY, **cards}


def dated(names: list[str], cards: list[dict[str, Any]], write_fits: Any) -> list[Path]:
    return [
        write_fits(name, frame(n, **card))
        for n, (name, card) in enumerate(zip(names, cards, strict=True))
    ]


def names_in_order(paths: list[Path]) -> list[str]:
    return [step.path.name for step in sequence_order(paths)]


def test_frames_are_ordered_by_time(write_fits: Any) -> None:
    cards = [
        {"DATE-OBS": "2020-01-01T00:00:03"},
        {"MJD-OBS": 58849.0},
        {"DATE-OBS": "2020-01-01T00:00:02.5"},
        {"DATE-OBS": "2019-12-31", "TIME-OBS": "23:59:59"},
    ]
    paths = dated(["a.fits", "b.fits", "c.fits", "d.fits"], cards, write_fits)
    assert names_in_order(paths) == ["d.fits", "b.fits", "c.fits", "a.fits"]


def test_frames_of_which_one_has_no_time_are_ordered_by_name(write_fits: Any) -> None:
    names = ["run10.fits", "run9.fits", "run1.fits"]
    cards: list[dict[str, Any]] = [{"MJD-OBS": 58849.0}, {"MJD-OBS": 58850.0}, {}]
    assert names_in_order(dated(names, cards, write_fits)) == [
        "run1.fits", "run9.fits", "run10.fits",
    ]  # fmt: skip


def test_frames_of_one_time_are_ordered_by_name(write_fits: Any) -> None:
    names = ["x10.fits", "x9.fits"]
    paths = dated(names, [{"MJD-OBS": 58849.0}] * 2, write_fits)
    assert names_in_order(paths) == ["x9.fits", "x10.fits"]


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_names_have_an_order(names: list[str]) -> None:
    ordered = sorted(names, key=natural)
    assert sorted(ordered) == sorted(names)


def test_numbers_in_names_have_their_natural_order() -> None:
    names = ["a2b10", "a10b1", "a2b9", "A1", "a2", "1²3", "b"]
    assert sorted(names, key=natural) == ["1²3", "A1", "a2", "a2b9", "a2b10", "a10b1", "b"]


def test_a_sequence_has_a_frame_for_each_file(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    paths = dated(
        ["c.fits", "a.fits", "b.fits"],
        [{"DATE-OBS": f"2020-01-01T00:00:0{n}"} for n in (3, 1, 2)],
        write_fits,
    )
    image = open_image(frames=tuple(paths))
    assert [f.name for f in image.frames] == ["a.fits", "b.fits", "c.fits"]
    assert [f.time for f in image.frames] == [f"2020-01-01T00:00:0{n}Z" for n in (1, 2, 3)]
    assert [read_pixels(image, n)[0, 0] for n in (1, 2, 3)] == [1, 2, 0]


def test_only_what_is_looked_at_is_opened(
    write_fits: Any, spool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [write_fits(f"{n}.fits", frame(n)) for n in range(20)]
    library = Library(None, spool, {"s": DeclaredImage(frames=tuple(paths))})
    opened: list[str] = []
    really = library.file
    monkeypatch.setattr(library, "file", lambda path: opened.append(path.name) or really(path))
    image = library.open("s")
    assert opened == ["0.fits"]
    image.plane(Selection(frame=(7, 7)))
    assert opened == ["0.fits", "6.fits"]


def test_frames_of_other_sizes_share_their_first_pixel(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    arrays = [np.random.default_rng(n).normal(size=s).astype(np.float32)
              for n, s in enumerate([(10, 12), (14, 9), (6, 20)])]  # fmt: skip
    paths = [write_fits(f"{n}.fits", array) for n, array in enumerate(arrays)]
    image = open_image(frames=tuple(paths))
    assert (image.width, image.height) == (12, 10)
    for number, array in enumerate(arrays, 1):
        expected = np.full((10, 12), np.nan, np.float32)
        part = array[:10, :12]
        expected[: part.shape[0], : part.shape[1]] = part
        np.testing.assert_array_equal(read_pixels(image, number), expected[::-1])


def test_frames_of_other_pointings_are_aligned(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    y, x = np.mgrid[:30, :40]

    def scene(dx: float, dy: float) -> Any:
        return (np.sin((x + dx) / 5) + np.cos((y + dy) / 6)).astype(np.float32)

    shift = (3.25, -2.5)
    first = write_fits("1.fits", (scene(0, 0), SKY))
    moved = dict(SKY, CRPIX1=SKY["CRPIX1"] - shift[0], CRPIX2=SKY["CRPIX2"] - shift[1])
    second = write_fits("2.fits", (scene(*shift), moved))
    image = open_image(frames=(first, second), align="wcs")
    ours = read_pixels(image, 2)
    known = np.isfinite(ours)
    # Half a pixel beyond the centres of the outermost pixels there is nothing to interpolate.
    inner = np.zeros(known.shape, bool)
    inner[3:-3, 4:-4] = True
    np.testing.assert_allclose(ours[inner], scene(0, 0)[::-1][inner], atol=0.02)
    assert 0.8 < known.mean() < 0.9
    untouched = open_image(frames=(first, second))
    np.testing.assert_array_equal(read_pixels(untouched, 2), scene(*shift)[::-1])
    assert image.key != untouched.key


def test_aligned_frames_of_another_celestial_frame(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    from astropy.coordinates import SkyCoord  # noqa: PLC0415

    centre = SkyCoord(150.0, 2.0, unit="deg").galactic
    galactic = dict(SKY, CTYPE1="GLON-TAN", CTYPE2="GLAT-TAN", CRVAL1=centre.l.deg,
                    CRVAL2=centre.b.deg)  # fmt: skip
    del galactic["RADESYS"]
    first = write_fits(
        "1.fits", (np.zeros((31, 41), np.float32), SKY | {"CRPIX1": 21, "CRPIX2": 16})
    )
    star = np.zeros((31, 41), np.float32)
    star[15, 20] = 100
    second = write_fits("2.fits", (star, galactic | {"CRPIX1": 21, "CRPIX2": 16}))
    image = open_image(frames=(first, second), align="wcs")
    values = np.nan_to_num(read_pixels(image, 2))
    row, column = np.unravel_index(values.argmax(), values.shape)
    assert (row, column) == (15, 20)


def test_a_frame_that_cannot_be_read_is_named(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    paths = [write_fits(f"{n}.fits", frame(n)) for n in range(3)]
    paths[1].write_bytes(b"no more")
    image = open_image(frames=tuple(paths))
    assert read_pixels(image, 3)[0, 0] == 2
    with pytest.raises(UnservableImageError, match=r"frame 2 \(1\.fits\)"):
        image.plane(Selection(frame=(2, 2)))


@pytest.mark.parametrize("lost", [1, 2])
def test_a_file_that_is_gone_costs_its_frame_alone(
    lost: int, write_fits: Any, spool: Any, read_pixels: Any
) -> None:
    # By name they would come the other way round.
    cards = [{"MJD-OBS": 58853.0 - n} for n in range(3)]
    paths = dated(["a.fits", "b.fits", "c.fits"], cards, write_fits)
    library = Library(None, spool, {"it": DeclaredImage(frames=tuple(paths))})
    assert [f.name for f in library.open("it").frames] == ["c.fits", "b.fits", "a.fits"]
    paths[lost].unlink()
    image = library.open("it")
    left = [path.name for path in reversed(paths) if path.exists()]
    assert [f.name for f in image.frames] == [*left, paths[lost].name]
    assert library.if_open("it") is image  # not opened again for each request
    for number, name in enumerate(left, start=1):
        assert read_pixels(image, number)[0, 0] == paths.index(image_path(paths, name))
    with pytest.raises(SourceChangedError):
        read_pixels(image, 3)
    write_fits(paths[lost].name, frame(7.0, **cards[lost]))
    assert [f.name for f in library.open("it").frames] == ["c.fits", "b.fits", "a.fits"]


def image_path(paths: list[Path], name: str) -> Path:
    return next(path for path in paths if path.name == name)


def test_a_broken_first_file_costs_its_frame_alone(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    paths = [write_fits(f"{n}.fits", frame(n)) for n in range(3)]
    paths[0].write_bytes(b"broken")
    image = open_image(frames=tuple(paths))
    assert read_pixels(image, 2)[0, 0] == 1
    assert read_pixels(image, 3)[0, 0] == 2
    with pytest.raises(UnservableImageError, match=r"frame 1 \(0\.fits\)"):
        read_pixels(image, 1)
    for path in paths:
        path.write_bytes(b"broken")
    with pytest.raises(UnservableImageError, match="not a FITS file"):
        open_image(frames=tuple(paths))


def test_no_files_are_no_image(open_image: Any) -> None:
    with pytest.raises(UnservableImageError, match="no file matches"):
        open_image(frames=())


def test_a_sequence_of_cubes_shows_the_channel_of_each(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    cubes = [np.arange(24, dtype=np.float32).reshape(3, 2, 4) + 100 * n for n in range(2)]
    paths = [write_fits(f"{n}.fits", (c, {"CTYPE3": "FREQ"})) for n, c in enumerate(cubes)]
    image = open_image(frames=tuple(paths))
    assert (len(image.frames), len(image.channels)) == (2, 3)
    np.testing.assert_array_equal(read_pixels(image, 2, 3), cubes[1][2][::-1])


def test_a_quick_look_at_headers(write_fits: Any, tmp_path: Path) -> None:
    path = write_fits(
        "a.fits", (np.zeros((2, 2)), {"OBJECT": "it's", "GAIN": 1.5e-3, "N": -4, "OK": True})
    )
    found = peek_header(path)
    assert (found["OBJECT"], found["GAIN"], found["N"], found["OK"]) == ("it's", 1.5e-3, -4, True)
    packed = tmp_path / "a.fits.fz"
    header = fits.Header({"MJD-OBS": 5.5})
    fits.HDUList(
        [fits.PrimaryHDU(), fits.CompImageHDU(np.zeros((9, 9), np.int16), header)]
    ).writeto(packed)
    assert peek_header(packed)["MJD-OBS"] == 5.5
    for content in (b"", b"x" * 5000, b"\x1f\x8bnonsense", b"BZhnonsense", b"\xfd7zXZ\x00no"):
        path.write_bytes(content)
        assert peek_header(path) == {}
    assert peek_header(tmp_path / "nowhere") == {}


def test_a_real_sequence(data_dir: Path, open_image: Any, read_pixels: Any) -> None:
    paths = sorted((data_dir / "time/soho_eit").glob("*.fits"))
    image = open_image(frames=tuple(reversed(paths)))
    assert [f.name for f in image.frames] == [path.name for path in paths]
    assert image.frames[0].time is not None
    assert image.frames[0].time.startswith("2004-03-01T00:00:10")
    last = read_pixels(image, len(paths))
    np.testing.assert_array_equal(last, fits.getdata(paths[-1])[::-1].astype(np.float32))
