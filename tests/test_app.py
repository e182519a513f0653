"""The whole path, from a FITS file on disk to decoded pixels, against numpy and astropy."""

import gc
import io
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from numpy.typing import NDArray
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.pixels.plane import Selection
from celestile.service.encoded import EncodedPictures
from celestile.settings import DefaultSettings, NamedViewSettings, Settings
from celestile.settings.sections import CacheSettings, DataSettings

WIDTH, HEIGHT = 1021, 683  # primes: no level divides evenly
TILE = 256


def gradient() -> NDArray[np.float32]:
    """Every pixel differs from its neighbors, and no symmetry hides a flip."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return (0.17 * x + 0.05 * y + 20 * np.sin(x / 40) * np.cos(y / 23)).astype(np.float32)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    (root / "sub").mkdir()
    header = fits.Header(
        {
            "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0,
            "CRPIX1": 300.0, "CRPIX2": 200.0, "CDELT1": -1e-4, "CDELT2": 1e-4, "BUNIT": "Jy/beam",
        }
    )  # fmt: skip
    fits.writeto(root / "plain.fits", gradient(), header)
    holes = gradient()
    holes[100:300, 200:500] = np.nan
    holes[::7, ::5] = np.nan
    fits.writeto(root / "sub" / "holes.fits", holes)
    fits.writeto(root / "cube.fits", np.stack([np.full((9, 8), v, np.float32) for v in range(5)]))
    return root


@pytest.fixture(scope="module")
def client(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
    )
    with TestClient(create_app(settings)) as client:
        yield client


def picture(client: TestClient, path: str) -> NDArray[np.uint8]:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return np.asarray(Image.open(io.BytesIO(response.content)))


def coarse(values: NDArray[np.float32], level: int) -> NDArray[np.float64]:
    """Mean of the valid pixels under each coarse one, halving by halving."""
    values = values.astype(np.float64)
    for _ in range(level):
        height, width = values.shape
        padded = np.full((height + height % 2, width + width % 2), np.nan)
        padded[:height, :width] = values
        blocks = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2)
        count = (~np.isnan(blocks)).sum(axis=(1, 3))
        total = np.nansum(blocks, axis=(1, 3))
        values = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return values


def linear(values: NDArray[np.float64], vmin: float, vmax: float) -> NDArray[np.float64]:
    return np.clip((values - vmin) / (vmax - vmin), 0, 1) * 255


@pytest.mark.parametrize("level", [0, 1, 2])
def test_every_tile_of_a_level_is_the_mean_of_the_pixels_under_it(
    client: TestClient, level: int
) -> None:
    expected = linear(coarse(gradient()[::-1], level), -20, 220)
    scale = 2**level
    for y in range(0, HEIGHT, TILE * scale):
        for x in range(0, WIDTH, TILE * scale):
            width, height = min(TILE * scale, WIDTH - x), min(TILE * scale, HEIGHT - y)
            size = f"{-(-width // scale)},{-(-height // scale)}"
            path = f"/iiif/3/plain.fits/{x},{y},{width},{height}/{size}/0/default.png"
            tile = picture(client, f"{path}?limits=-20,220&stretch=linear")
            block = expected[
                y // scale : y // scale + tile.shape[0], x // scale : x // scale + tile.shape[1]
            ]
            assert tile.shape == block.shape
            assert np.abs(tile - block).max() <= 1.0


def test_a_tile_as_jpeg_agrees_to_within_its_loss(client: TestClient) -> None:
    path = "/iiif/3/plain.fits;limits=-20,220/256,256,256,256/256,256/0/default.jpg"
    expected = linear(gradient()[::-1][256:512, 256:512].astype(float), -20, 220)
    assert np.abs(picture(client, path) - expected).mean() < 1.5


@pytest.mark.parametrize("level", [0, 2])
def test_missing_pixels_are_transparent_and_take_no_part_in_means(
    client: TestClient, root: Path, level: int
) -> None:
    values = coarse(fits.getdata(root / "sub" / "holes.fits")[::-1], level)
    scale = 2**level
    size = f"{-(-WIDTH // scale)},{-(-HEIGHT // scale)}"
    shown = picture(client, f"/iiif/3/sub%2Fholes.fits/full/{size}/0/default.png?limits=-20,220")
    assert np.array_equal(shown[..., -1] == 0, np.isnan(values))
    valid = ~np.isnan(values)
    assert np.abs(shown[..., 0][valid] - linear(values, -20, 220)[valid]).max() <= 1.0


def test_the_four_places_of_a_view_show_the_same_picture(root: Path, tmp_path: Path) -> None:
    text = "stretch=asinh:0.2;limits=0,150;cmap=viridis"
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path),
        views=(NamedViewSettings(name="mine", title="Mine", view=text, where="test"),),
    )
    tile = "0,0,256,256/256,256/0/default.png"
    with TestClient(create_app(settings)) as client:
        bodies = {
            client.get(f"/iiif/3/plain.fits;{text}/{tile}").content,
            client.get(f"/iiif/3/plain.fits/{tile}?{text.replace(';', '&')}").content,
            client.get(f"/iiif/3/plain.fits;view=mine/{tile}").content,
        }
        tags = {
            client.get(f"/iiif/3/plain.fits;{text}/{tile}").headers["etag"],
            client.get(f"/iiif/3/plain.fits;view=mine/{tile}").headers["etag"],
            client.get(
                f"/iiif/3/plain.fits;cmap=viridis;limits=0.0,1.5e2;stretch=asinh:.2/{tile}"
            ).headers["etag"],
        }
        style = client.get(
            "/wmts?service=WMTS&version=1.0.0&request=GetTile&layer=plain.fits&style=mine"
            f"&tilematrixset=pixels-{WIDTH}x{HEIGHT}&tilematrix=2&tilerow=0&tilecol=0"
            "&format=image/png"
        )
    assert len(bodies) == 1
    assert len(tags) == 1
    assert style.status_code == 200, style.text
    assert np.array_equal(
        np.asarray(Image.open(io.BytesIO(style.content)).convert("RGB")),
        np.asarray(Image.open(io.BytesIO(bodies.pop())).convert("RGB")),
    )


def test_a_request_leaves_no_trace_in_the_next_one(client: TestClient) -> None:
    path = "/iiif/3/plain.fits/0,0,256,256/256,256/0/default.png"
    before = client.get(path).content
    client.get(f"{path}?limits=100,101&cmap=magma&invert=1&gamma=3")
    assert client.get(path).content == before


def test_a_changed_file_is_a_new_picture(tmp_path: Path) -> None:
    file = tmp_path / "data" / "a.fits"
    file.parent.mkdir()
    fits.writeto(file, np.zeros((300, 600), np.float32))
    settings = Settings(
        data=DataSettings(root=file.parent), cache=CacheSettings(directory=tmp_path / "cache")
    )
    path = "/iiif/3/a.fits/full/150,75/0/default.png?limits=0,255&stretch=linear"
    with TestClient(create_app(settings)) as client:
        first = client.get(path)
        assert picture(client, path).max() == 0
        fits.writeto(file, np.full((300, 600), 200, np.float32), overwrite=True)
        assert picture(client, path).min() == 200
        assert client.get(path).headers["etag"] != first.headers["etag"]
        file.unlink()
        assert client.get(path).status_code == 404


def test_a_file_that_shrinks_while_it_is_served_is_an_answer_and_no_crash(tmp_path: Path) -> None:
    file = tmp_path / "data" / "a.fits"
    file.parent.mkdir()
    fits.writeto(file, np.ones((600, 600), np.float32))
    fits.writeto(file.parent / "b.fits", np.ones((60, 60), np.float32))
    settings = Settings(
        data=DataSettings(root=file.parent), cache=CacheSettings(directory=tmp_path / "cache")
    )
    path = "/iiif/3/a.fits/0,0,256,256/256,256/0/default.png"
    with TestClient(create_app(settings)) as client:
        assert client.get(path).status_code == 200
        with file.open("r+b") as stream:
            stream.truncate(5760)
        answer = client.get(f"{path}?gamma=2")
        assert answer.status_code in (404, 503)
        assert "truncated" in answer.text or "shrunk" in answer.text
        assert client.get("/iiif/3/b.fits/full/max/0/default.png").status_code == 200


TRAVERSALS = [
    "../secret.fits", "..%2Fsecret.fits", "%2e%2e%2fsecret.fits", "%252e%252e%252fsecret.fits",
    "sub%2F..%2F..%2Fsecret.fits", "%2Fetc%2Fpasswd", "%2F%2Fetc%2Fpasswd", "..%5Csecret.fits",
    "plain.fits%00.fits", "sub%2F.%2Fholes.fits", "link.fits", "out%2Fsecret.fits", ".hidden.fits",
]  # fmt: skip


@pytest.mark.parametrize("identifier", TRAVERSALS)
@pytest.mark.parametrize("form", ["/iiif/3/{}/info.json", "/iiif/2/{}/info.json", "/api/images/{}"])
def test_nothing_outside_the_data_root_is_served(
    client: TestClient, root: Path, identifier: str, form: str
) -> None:
    outside = root.parent / "outside"
    outside.mkdir(exist_ok=True)
    for secret in (outside / "secret.fits", root.parent / "secret.fits", root / ".hidden.fits"):
        if not secret.exists():
            fits.writeto(secret, np.zeros((4, 4), np.float32))
    for link, target in ((root / "link.fits", outside / "secret.fits"), (root / "out", outside)):
        if not link.is_symlink():
            link.symlink_to(target)
    response = client.get(form.format(identifier))
    assert response.status_code == 404
    assert str(root.parent) not in response.text


def test_answers_hold_no_path_of_the_disk(client: TestClient, root: Path) -> None:
    for path in (
        "/api", "/api/images", "/api/images/plain.fits", "/api/images/plain.fits/header",
        "/iiif/3/plain.fits/info.json", "/iiif/3/missing.fits/info.json",
        "/wmts?service=WMTS&request=GetCapabilities", "/iiif/3/plain.fits/full/max/0/x.jpg",
    ):  # fmt: skip
        response = client.get(path)
        assert str(root) not in response.text + json.dumps(dict(response.headers))


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/iiif/3/plain.fits;frame=2/info.json", 400, "frame"),
        ("/iiif/3/plain.fits;hdu=SCI/info.json", 400, "hdu"),
        ("/iiif/3/plain.fits;nonsense=1/info.json", 400, "nonsense"),
        ("/iiif/3/plain.fits;cmap=nonsense/info.json", 400, "cmap"),
        ("/iiif/3/plain.fits;view=nonsense/info.json", 400, "view"),
        ("/iiif/3/cube.fits;channel=6/info.json", 400, "1 to 5"),
        ("/iiif/3/none.fits/info.json", 404, "none.fits"),
        ("/api/images/none.fits", 404, "none.fits"),
        ("/api/images/plain.fits/value?x=1", 400, "y"),
        ("/api/images/plain.fits/value?x=1&y=a", 400, "integer"),
        ("/api/images/plain.fits/value?x=1&y=683", 400, "0 to 682"),
        ("/api/images/plain.fits/nonsense", 404, "resource"),
        ("/api/images?limit=0", 400, "limit"),
        ("/nowhere", 404, ""),
    ],
)
def test_bad_requests_say_what_was_wrong(
    client: TestClient, path: str, status: int, words: str
) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert words in response.text
    if path.startswith("/api"):
        assert response.json()["error"]


@pytest.mark.parametrize("path", ["/nowhere", "/api/nowhere", "/iiif/9/a.fits/info.json"])
def test_unknown_address_is_named_beside_those_that_exist(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    for fact in (path, "/api", "/hips", "/iiif", "/ogc", "/wmts"):
        assert fact in answer.text


@pytest.mark.parametrize(
    "path", ["/iiif/3/plain.fits/info.json", "/iiif/2/plain.fits/full/90,/0/default.jpg", "/api",
             "/wmts?service=WMTS&request=GetCapabilities", "/healthz", "/nowhere"]
)  # fmt: skip
def test_other_origins_may_read_and_ask_first(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    asked = client.options(path)
    assert asked.status_code in (200, 204)
    assert {"GET", "HEAD", "OPTIONS"} <= set(asked.headers["allow"].replace(" ", "").split(","))
    head = client.head(path)
    assert head.status_code == answer.status_code
    assert head.content == b""


@pytest.mark.parametrize(
    "path", ["/iiif/3/plain.fits/info.json", "/wmts?service=WMTS&request=GetCapabilities",
             "/ogc/collections", "/api/images", "/healthz"]
)  # fmt: skip
def test_a_refused_method_is_told_all_that_are_there(client: TestClient, path: str) -> None:
    refused = client.put(path)
    assert refused.status_code == 405
    # RFC 9110, section 15.5.6: the methods that the resource supports, which OPTIONS lists too.
    allowed = client.options(path).headers["allow"]
    assert sorted(refused.headers["allow"].split(", ")) == sorted(allowed.split(", "))


def test_values_are_those_of_astropy_at_full_precision(client: TestClient, root: Path) -> None:
    data, header = fits.getdata(root / "plain.fits", header=True)
    wcs = WCS(header)
    for x, y in ((0, 0), (WIDTH - 1, HEIGHT - 1), (17, 600)):
        found = client.get(f"/api/images/plain.fits/value?x={x}&y={y}").json()
        assert found["values"][0]["value"] == float(data[HEIGHT - 1 - y, x])
        assert found["values"][0]["unit"] == "Jy/beam"
        sky = wcs.pixel_to_world(x, HEIGHT - 1 - y)
        assert found["world"]["lon"] == pytest.approx(sky.ra.deg, abs=1e-10)
        assert found["world"]["lat"] == pytest.approx(sky.dec.deg, abs=1e-10)


def test_a_missing_value_is_null(client: TestClient) -> None:
    found = client.get("/api/images/sub%2Fholes.fits/value?x=300&y=500")
    assert found.json()["values"][0]["value"] is None
    assert "NaN" not in found.text


def test_statistics_agree_with_numpy(client: TestClient, root: Path) -> None:
    data = fits.getdata(root / "sub" / "holes.fits").astype(np.float64)
    plane = client.get("/api/images/sub%2Fholes.fits/statistics").json()["planes"][0]
    assert plane["min"] == np.nanmin(data)
    assert plane["max"] == np.nanmax(data)
    assert plane["mean"] == pytest.approx(np.nanmean(data), rel=1e-6)
    assert plane["median"] == pytest.approx(np.nanmedian(data), rel=1e-6)
    assert plane["valid"] == pytest.approx(1 - np.isnan(data).mean())
    low, high = plane["histogram"]["edges"]
    counts, _ = np.histogram(data[~np.isnan(data)], bins=256, range=(low, high))
    assert np.abs(np.array(plane["histogram"]["counts"]) - counts).max() <= 2


def test_planes_without_a_name_go_by_channel_or_by_frame(client: TestClient) -> None:
    for key in ("channel", "frame"):
        found = client.get(f"/api/images/cube.fits/value?x=0&y=0&{key}=4").json()
        assert found["values"][0]["value"] == 3.0


def test_a_range_collapses(client: TestClient) -> None:
    for method, expected in (("mean", 2.0), ("sum", 6.0), ("max", 3.0), ("median", 2.0)):
        view = f"channel=2-4;collapse={method}"
        path = f"/api/images/{quote('cube.fits')}/value?x=0&y=0&{view.replace(';', '&')}"
        assert client.get(path).json()["values"][0]["value"] == expected


def test_hostile_names_are_only_names(tmp_path: Path) -> None:
    name = "<svg onmouseover=alert(1)>;%41 é&.fits"
    fits.writeto(tmp_path / name, np.ones((20, 30), np.float32))
    settings = Settings(
        data=DataSettings(root=tmp_path), cache=CacheSettings(directory=tmp_path / ".cache")
    )
    with TestClient(create_app(settings)) as client:
        (listed,) = client.get("/api/images").json()["images"]
        assert listed["id"] == name
        metadata = client.get(f"/api/images/{quote(name, safe='')}").json()
        info = client.get(metadata["iiif"].removeprefix("http://testserver") + "/info.json")
        assert info.json()["width"] == 30
        assert info.json()["id"] == metadata["iiif"]
        capabilities = client.get("/wmts?service=WMTS&request=GetCapabilities")
        assert capabilities.status_code == 200
        assert "<svg" not in capabilities.text


def test_a_viewer_starts_with_the_first_image_that_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "bad.fits").write_bytes(b"")
    fits.writeto(tmp_path / "deep" / "er" / "good.fits", np.ones((20, 30), np.float32))
    settings = Settings(
        data=DataSettings(root=tmp_path), cache=CacheSettings(directory=tmp_path / ".cache")
    )
    with TestClient(create_app(settings)) as client:
        assert client.get("/api").json()["start"] == "deep/er/good.fits"
        (tmp_path / "deep" / "er" / "good.fits").unlink()
        assert client.get("/api").json()["start"] is None


def test_frames_of_a_sequence_share_their_automatic_limits(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for index in range(3):
        values = rng.normal(100 * index, 5, (64, 64)).astype(np.float32)
        fits.writeto(tmp_path / f"f{index}.fits", values)
    settings = Settings(
        files=tuple(sorted(tmp_path.glob("*.fits"))),
        cache=CacheSettings(directory=tmp_path / ".cache"),
    )
    with TestClient(create_app(settings)) as client:
        limits = [
            client.get(f"/api/images/sequence?frame={frame}").json()["shown"]["limits"]
            for frame in (1, 2, 3)
        ]
    assert limits[0] == limits[1] == limits[2]


def test_the_root_path_without_its_slash_leads_to_the_page(tmp_path: Path) -> None:
    settings = Settings(
        data=DataSettings(root=tmp_path), cache=CacheSettings(directory=tmp_path / ".cache")
    )
    with TestClient(create_app(settings), root_path="/sky") as client:
        answer = client.get("/sky", follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["location"] == "/sky/"


def test_level_0_of_an_image_that_is_much_looked_at_moves_into_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("celestile.service.pyramids._WORTH_RETILING", 1)
    values = gradient()
    values[40:50, 60:90] = np.nan
    fits.writeto(tmp_path / "a.fits", values)
    settings = Settings(
        data=DataSettings(root=tmp_path), cache=CacheSettings(directory=tmp_path / ".cache")
    )
    app = create_app(settings)
    service = app.state.service
    service._pyramids._retile_after = 3
    path = "/iiif/3/a.fits/256,256,256,256/256,256/0/default.png?limits=-20,220&gamma="
    with TestClient(app) as client:
        before = client.get(f"{path}1.5").content
        for step in range(4):
            client.get(f"{path}{step + 2}")
        service._pyramids._builders.shutdown(wait=True)
        image = service.library.open("a.fits")
        assert service.cache.if_open(image.plane(Selection())).stores(0)
        service.encoded = EncodedPictures(0)
        assert client.get(f"{path}1.5").content == before


def test_the_automatic_view_is_the_operators(root: Path, tmp_path: Path) -> None:
    default = DefaultSettings(
        when=(("BUNIT", "Jy*"),), view="stretch=log:50;cmap=magma", where="test"
    )
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path),
        defaults=(default,),
    )
    with TestClient(create_app(settings)) as client:
        found = client.get("/api/images/plain.fits?stretch=sqrt").json()
        other = client.get("/api/images/cube.fits").json()
    assert found["automatic"]["stretch"] == "log:50"
    assert found["automatic"]["cmap"] == found["shown"]["cmap"] == "magma"
    assert found["shown"]["stretch"] == "sqrt"
    assert other["automatic"]["cmap"] == "gray"


def test_files_of_one_name_are_told_apart(root: Path, tmp_path: Path) -> None:
    files = []
    for night in ("first", "second"):
        (tmp_path / night).mkdir()
        files.append(tmp_path / night / "m31.fits")
        files[-1].write_bytes((root / "plain.fits").read_bytes())
    settings = Settings(files=tuple(files), cache=CacheSettings(directory=tmp_path / "cache"))
    with TestClient(create_app(settings)) as client:
        images = client.get("/api/images").json()["images"]
        frames = client.get("/api/images/sequence").json()["frames"]
    titles = ["first/m31.fits", "second/m31.fits"]
    assert {image["id"]: image["title"] for image in images} == {
        "sequence": "2 frames", "m31.fits": titles[0], "2-m31.fits": titles[1],
    }  # fmt: skip
    assert [frame["name"] for frame in frames] == titles


@pytest.mark.parametrize("count", [1, 2])
def test_files_whose_names_are_not_utf8_are_shown(count: int, root: Path, tmp_path: Path) -> None:
    content = (root / "plain.fits").read_bytes()
    files = []
    for number in range(count):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9%d.fits" % number))
        path.write_bytes(content)
        files.append(path)
    settings = Settings(files=tuple(files), cache=CacheSettings(directory=tmp_path / "cache"))
    with TestClient(create_app(settings)) as client:
        start = client.get("/api").json()["start"]
        assert start == ("sequence" if count > 1 else "caf?0.fits")
        assert client.get("/api/images").json()["total"] == (count + 1 if count > 1 else 1)
        found = client.get(f"/api/images/{quote(start, safe='')}").json()
        assert found["width"] == WIDTH
        if count > 1:
            assert [frame["name"] for frame in found["frames"]] == ["caf?0.fits", "caf?1.fits"]


def test_garbage_is_collected_again_once_the_app_is_ready(tmp_path: Path) -> None:
    gc.disable()  # as the command line does while it loads
    try:
        settings = Settings(
            data=DataSettings(root=tmp_path), cache=CacheSettings(directory=tmp_path / ".cache")
        )
        with TestClient(create_app(settings)) as client:
            client.get("/healthz").raise_for_status()
            for thread in threading.enumerate():
                if thread.name == "warm":
                    thread.join()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.enable()
        gc.unfreeze()


@pytest.mark.parametrize("path", ["/iiif/3/a.fits/info.json", "/wmts/x", "/api/images", "/healthz"])
def test_a_failure_is_readable_by_other_origins_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Other origins cannot even see the status of an answer without CORS headers."""

    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    settings = Settings(
        data=DataSettings(root=tmp_path), cache=CacheSettings(directory=tmp_path / ".cache")
    )
    app = create_app(settings)
    monkeypatch.setattr("celestile.protocols.web.http.Endpoint.__call__", fail)
    for name in ("run", "open", "subject", "page"):
        monkeypatch.setattr(app.state.service, name, fail)
    for route in app.routes:
        if getattr(route, "path", "") == "/healthz":
            monkeypatch.setattr(route, "app", fail)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get(path, headers={"Origin": "https://example.org"})
        monkeypatch.undo()
        numbers = client.get("/metrics").text
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    if path.startswith("/api"):
        assert answer.json()["error"]
    assert 'celestile_requests_total{status="500"} 1.0' in numbers.splitlines()


def test_a_failure_is_logged_by_the_server(tmp_path: Path) -> None:
    """It is raised again: Hypercorn and uvicorn log what an application raises."""
    settings = Settings(
        data=DataSettings(root=tmp_path), cache=CacheSettings(directory=tmp_path / ".cache")
    )
    app = create_app(settings)
    app.state.service.catalogue.page = lambda *_: 1 // 0
    with TestClient(app) as client, pytest.raises(ZeroDivisionError):
        client.get("/api/images")
