"""Files damaged at random: an image or a sentence, never anything else."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.errors import CelestileError
from celestile.geometry import Region
from celestile.pixels.fits.spool import Spool
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.plane import Selection

SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": 5.0, "CRPIX1": 5.0,
    "CRPIX2": 5.0, "CDELT1": -1e-4, "CDELT2": 1e-4, "DATE-OBS": "2020-01-01T00:00:00",
}  # fmt: skip
JUNK = [b"\xff", b"\x00", b" ", b"'", b"=", b"/", b"9", b"-", b"E", b"[", b"*", b"N", b"T"]


def sound_files() -> dict[str, bytes]:
    """Small files of many kinds."""
    array = np.arange(120, dtype=np.int16).reshape(10, 12)
    sections = [{"DETSEC": f"[{12 * n + 1}:{12 * n + 12},1:10]", "CCDSUM": "1 1"} for n in range(3)]

    def extensions(kind: Any, cards: list[dict[str, Any]]) -> list[Any]:
        return [fits.PrimaryHDU(), *(kind(array, fits.Header(c)) for c in cards)]

    kinds: dict[str, list[Any]] = {
        "image": [fits.PrimaryHDU(array, fits.Header(SKY | {"BLANK": 3, "BSCALE": 0.5}))],
        "cube": [fits.PrimaryHDU(array.reshape(5, 6, 4), fits.Header(
            {"CTYPE3": "FREQ", "CRVAL3": 1e9, "CDELT3": 1e6, "CUNIT3": "Hz"} | SKY))],
        "chips": extensions(fits.ImageHDU, sections),
        "sky": extensions(fits.ImageHDU, [SKY | {"CRVAL1": 10.0 + n / 500} for n in range(3)]),
        "compressed": extensions(fits.CompImageHDU, sections[:2]),
    }  # fmt: skip
    import io  # noqa: PLC0415

    made = {}
    for name, hdus in kinds.items():
        stream = io.BytesIO()
        fits.HDUList(hdus).writeto(stream)
        made[name] = stream.getvalue()
    return made


FILES = sound_files()


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Change some bytes of headers and pixels, or cut the file."""
    made = bytearray(content)
    for _ in range(dice.choice([1, 2, 5, 20])):
        at = dice.randrange(len(made))
        if dice.random() < 0.8:
            # Where the cards are.
            at = dice.choice([0, made.find(b"XTENSION") + 0]) + dice.randrange(1200)
        made[at % len(made)] = dice.choice(JUNK)[0]
    if dice.random() < 0.2:
        del made[dice.randrange(len(made)) :]
    return bytes(made)


@pytest.mark.parametrize("kind", FILES)
def test_damage_is_an_image_or_a_sentence(kind: str, tmp_path: Path) -> None:
    dice = random.Random(kind)  # noqa: S311
    path = tmp_path / "a.fits"
    spool = Spool(tmp_path / "spool")
    opened, said = 0, ""
    for _ in range(60):
        # A new file: a map of the one before would fault where that was longer.
        path.unlink(missing_ok=True)
        path.write_bytes(damaged(FILES[kind], dice))
        try:
            image = Library(None, spool, {"a": DeclaredImage(file=path)}).open("a")
            assert image.channels
            assert image.frames
            if image.width * image.height > 10**6:
                continue
            plane = image.plane(Selection())
            values = plane.read(Region(0, 0, image.width, image.height))
            assert values.shape == (image.height, image.width)
            assert image.sky.reason or image.sky.frame
            assert len(image.hdus) >= 1
            opened += 1
        except CelestileError as error:
            said += str(error)
    assert str(tmp_path) not in said
    assert opened > 5
