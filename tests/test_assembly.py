"""From settings to a service: what makes no sense together is said before anything is served."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from celestile.assembly import create_service
from celestile.errors import SettingsError
from celestile.service.service import Service
from celestile.settings import load_settings


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that makes a service of a configuration."""
    monkeypatch.chdir(tmp_path)
    fits.PrimaryHDU(np.eye(9), fits.Header({"INSTRUME": "CAM"})).writeto("a.fits")

    def make_service(text: str) -> Service:
        Path("c.yaml").write_text(f"data: {{root: .}}\ncache: {{directory: k}}\n{text}")
        return create_service(load_settings(Path("c.yaml")))

    return make_service


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "views: {a: cmap=hot, b: view=a}",
            ["c.yaml line 3:", "view 'b'", "'a'"],
        ),
        (
            "views: {a: cmap=hot}\ndefaults: [{when: {INSTRUME: CAM}, view: view=b}]",
            ["c.yaml line 4:", "view=b", "expected one of: a"],
        ),
        (
            "images:\n  m:\n    channels: {r: {file: a.fits, hdu: ','}}",
            ["c.yaml line 4: channels.r:", "hdu=,", "number, EXTNAME, EXTNAME,EXTVER or mosaic"],
        ),
        (
            "images: {mosaic: {file: a.fits}}\nwmts: {mosaic: a.fits}",
            ["images.mosaic", "wmts.mosaic"],
        ),
        (
            "limits: {max_width: 256}\ntiles: {size: 512}",
            ["limits.max_width is 256", "at least 512", "tiles.size is 512"],
        ),
        (
            "limits: {max_area: 70000}\ntiles: {size: 512}",
            ["limits.max_area is 70000", "at least 262144", "tiles.size is 512"],
        ),
    ],
)
def test_what_makes_no_sense_together_is_said(make, text, facts):
    with pytest.raises(SettingsError) as caught:
        make(text)
    for fact in facts:
        assert fact in str(caught.value)


def test_a_default_may_be_a_named_view_with_changes(make):
    service = make(
        "views: {a: 'cmap=hot;stretch=log'}\n"
        "defaults: [{when: {INSTRUME: CAM}, view: 'view=a;stretch=sqrt'}]"
    )
    view = service.automatic_view(service.library.open("a.fits"))
    assert (view.name, view.cmap, view.stretch) == (None, "hot", "sqrt")
    service.close()
