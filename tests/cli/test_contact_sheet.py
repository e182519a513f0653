"""The contact sheet: a picture with every image of a folder, and the reasons of those without."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from celestile.cli import main


@pytest.fixture
def folder(tmp_path: Path, write_fits: Any) -> Path:
    rows = np.arange(60, dtype=np.float32)[:, None] * np.ones(80, np.float32)
    write_fits("data/gradient.fits", rows)
    write_fits("data/sub/a-file-whose-name-is-far-too-long-for-its-cell.fits", rows[::-1])
    write_fits("data/missing.fits", np.full((60, 80), np.nan, np.float32))
    write_fits("data/spectrum.fits", np.arange(500, dtype=np.float32))
    (tmp_path / "data" / "broken.fits").write_bytes(b"nothing")
    return tmp_path / "data"


def test_every_image_is_on_the_sheet(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sheet.png"
    arguments = ["contact-sheet", str(folder), "-o", str(out), "--size", "100", "--columns", "3"]
    assert main([*arguments, "--cache-dir", str(tmp_path / "cache")]) == 0
    said = capsys.readouterr().out
    for fact in (f"{out}: ", "4 images", "1 files without an image"):
        assert fact in said
    with Image.open(out) as picture:
        assert picture.width == 3 * 108 + 8
        pixels = np.asarray(picture.convert("L")).astype(int)
    # broken.fits comes first, gradient.fits second: dark at the bottom, bright at the top.
    cell = pixels[8 + 12 : 8 + 87, 8 + 108 : 8 + 208]
    assert cell[5].mean() > 200
    assert cell[-5].mean() < 60


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere"], 2, "is not a folder"),
        (["."], 2, "contains no FITS file"),
        ([".", "--size", "0"], 2, "--size"),
    ],
)
def test_what_cannot_be_drawn_has_its_sentence(
    arguments: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    try:
        found = main(["contact-sheet", *arguments, "--cache-dir", str(tmp_path / "cache")])
    except SystemExit as stop:
        found = int(stop.code or 0)
    assert found == code
    assert said in capsys.readouterr().err
