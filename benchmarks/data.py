"""Generates the test images: stars over noise, whose tiles compress about as well as real ones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray
from places import DATA, SPARSE

SKY, NOISE, STARS_PER_MEGAPIXEL = 1000.0, 30.0, 900
VMIN, VMAX = 900.0, 3000.0
"""Limits that show such a star field well."""

SIDE_8K, SIDE_19K, SIDE_CUBE = 8192, 19456, 4096
CHIP = (2112, 2048)
MOSAIC_COLUMNS, MOSAIC_ROWS = 9, 4
_ROWS = 512
_STAMP = 31


def _stamps(rng: np.random.Generator) -> NDArray[np.float32]:
    """Return stars of several widths and centers, with flux 1."""
    offsets = np.arange(_STAMP) - _STAMP // 2
    stamps = []
    for _ in range(64):
        x, y = rng.uniform(-0.5, 0.5, 2)
        squared = (offsets - x) ** 2 + (offsets[:, np.newaxis] - y) ** 2
        # A Moffat profile, with wings like those of atmospheric seeing.
        profile = (1 + squared / rng.uniform(3.0, 6.0)) ** -2.5
        stamps.append(profile / profile.sum())
    return np.array(stamps, np.float32)


def strips(height: int, width: int, seed: int) -> Iterator[NDArray[np.float32]]:
    """Yield the rows of a star field in order, some hundred at a time."""
    rng = np.random.default_rng(seed)
    stamps = _stamps(rng)
    for top in range(0, height, _ROWS):
        rows = min(_ROWS, height - top)
        values = rng.standard_normal((rows, width), np.float32) * np.float32(NOISE)
        values += np.float32(SKY)
        count = int(rows * width * STARS_PER_MEGAPIXEL / 1e6) if rows > _STAMP else 0
        flux = 2e3 * rng.pareto(1.1, count).clip(0, 1e4)
        columns = rng.integers(0, width - _STAMP, count)
        lines = rng.integers(0, rows - _STAMP, count) if count else columns
        shapes = rng.integers(0, len(stamps), count)
        for x, y, shape, total in zip(columns, lines, shapes, flux, strict=True):
            values[y : y + _STAMP, x : x + _STAMP] += stamps[shape] * np.float32(total)
        yield values


def _header(bitpix: int, *shape: int, **cards: object) -> fits.Header:
    header = fits.Header({"SIMPLE": True, "BITPIX": bitpix, "NAXIS": len(shape)})
    for axis, length in enumerate(reversed(shape), 1):
        header[f"NAXIS{axis}"] = length
    for keyword, value in cards.items():
        header[keyword] = value
    return header


def _write(path: Path, bitpix: int, planes: int, height: int, width: int) -> None:
    shape = (planes, height, width) if planes > 1 else (height, width)
    kind = {-32: ">f4", 16: ">i2"}[bitpix]
    # Planes of an axis without a name would be frames, which are not mixed.
    cards = {"CTYPE3": "BAND"} if planes > 1 else {}
    with path.open("wb") as stream:
        stream.write(_header(bitpix, *shape, **cards).tostring().encode())
        for plane in range(planes):
            for rows in strips(height, width, seed=plane):
                stream.write(rows.clip(-30000, 30000).astype(kind).tobytes())
        stream.write(b"\0" * (-stream.tell() % 2880))


def _write_mosaic(path: Path) -> None:
    """Write the chips of a camera, placed by DETSEC."""
    chips: list[fits.PrimaryHDU | fits.ImageHDU] = [fits.PrimaryHDU()]
    height, width = CHIP
    for number in range(MOSAIC_COLUMNS * MOSAIC_ROWS):
        row, column = divmod(number, MOSAIC_COLUMNS)
        values = np.concatenate(list(strips(height, width, seed=number)))
        chip = fits.ImageHDU(values.clip(-30000, 30000).astype(np.int16), name=f"CCD{number + 1}")
        x, y = column * width, row * height
        chip.header["DETSEC"] = f"[{x + 1}:{x + width},{y + 1}:{y + height}]"
        chip.header["DATASEC"] = f"[1:{width},1:{height}]"
        chips.append(chip)
    fits.HDUList(chips).writeto(path)


def _write_rice(path: Path) -> None:
    with fits.open(DATA / "19k-int16.fits", memmap=True) as opened:
        packed = fits.CompImageHDU(opened[0].data, compression_type="RICE_1")
        packed.writeto(path)


FILES: dict[str, Callable[[Path], None]] = {
    "8k-float32.fits": lambda path: _write(path, -32, 1, SIDE_8K, SIDE_8K),
    "cube-4x4k.fits": lambda path: _write(path, -32, 4, SIDE_CUBE, SIDE_CUBE),
    "mosaic-36.fits": _write_mosaic,
    "19k-float32.fits": lambda path: _write(path, -32, 1, SIDE_19K, SIDE_19K),
    "19k-int16.fits": lambda path: _write(path, 16, 1, SIDE_19K, SIDE_19K),
    "19k-int16.fits.fz": _write_rice,
}


def make(names: tuple[str, ...] = tuple(FILES)) -> None:
    """Generate the files that do not exist yet."""
    DATA.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = DATA / name
        if not path.exists():
            print(f"making {name}", flush=True)
            temporary = path.with_name(f".{name}.part")
            temporary.unlink(missing_ok=True)
            FILES[name](temporary)
            temporary.rename(path)


def warm(path: Path) -> None:
    """Read a file once, so that it is in the page cache."""
    with path.open("rb", buffering=0) as stream:
        while stream.read(1 << 24):
            pass


def sparse(name: str, bitpix: int, *shape: int) -> Path:
    """Write a sparse file of zeros."""
    path = SPARSE / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        head = _header(bitpix, *shape).tostring().encode()
        size = len(head) + abs(bitpix) // 8 * int(np.prod(shape, dtype=np.int64))
        path.write_bytes(head)
        with path.open("r+b") as stream:
            stream.truncate(size + -size % 2880)
    return path


def sparse_mosaic(name: str, chips: int, columns: int, height: int, width: int) -> Path:
    """Write a sparse multi-extension file of empty chips."""
    path = SPARSE / name
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(_header(8).tostring().encode())
        for number in range(chips):
            row, column = divmod(number, columns)
            x, y = column * width, row * height
            header = fits.Header({"XTENSION": "IMAGE", "BITPIX": 16, "NAXIS": 2})
            header["NAXIS1"], header["NAXIS2"], header["PCOUNT"], header["GCOUNT"] = (
                width, height, 0, 1,
            )  # fmt: skip
            header["EXTNAME"] = f"CCD{number + 1}"
            header["DETSEC"] = f"[{x + 1}:{x + width},{y + 1}:{y + height}]"
            stream.write(header.tostring().encode())
            end = stream.tell() + 2 * height * width
            stream.truncate(end + -end % 2880)
            stream.seek(0, 2)
    return path
