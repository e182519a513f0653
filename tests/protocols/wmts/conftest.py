"""A service made of plain values, so that these tests are about WMTS and nothing else."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from celestile.errors import (
    OutOfRangeError,
    RequestError,
    StorageError,
    UnknownImageError,
    UnservableImageError,
)
from celestile.pixels.image import Channel, Frame, Image
from celestile.pixels.plane import PixelValue
from celestile.pixels.resolver import Entry
from celestile.pixels.sky.sky import World
from celestile.protocols.wmts.routes import routes
from celestile.views.polarization import with_stokes
from celestile.views.view import View, canonical

HOSTILE = "<svg onmouseover=alert(1)>&.fits"


class Sky:
    """Every pixel is its own degree; nothing above row 10, and nothing to make a map of."""

    frame = "icrs"
    charted = ()

    def world(self, x: float, y: float) -> World | None:
        return World(lon=x, lat=-y, frame="icrs") if y > 10 else None


def make_image(identifier: str, width: int, height: int, **more: Any) -> Image:
    defaults: dict[str, Any] = {
        "title": identifier.rpartition("/")[2],
        "key": f"key of {identifier}",
        "hdu": "0",
        "hdus": (),
        "channels": (Channel(index=1, name="1"),),
        "frames": (Frame(index=1, name="1"),),
        "channel_axis": "",
        "unit": "adu",
        "cards": (),
        "sky": Sky(),
        "source": None,
    }
    return Image(identifier=identifier, width=width, height=height, **(defaults | more))


def make_images() -> dict[str, Image]:
    times = (f"2004-03-01T00:00:{second:02d}Z" for second in (10, 20, 30))
    images = (
        make_image("plain.fits", 1000, 700),
        make_image("same size.fits", 1000, 700),
        make_image("small.fits", 20, 30),
        make_image(HOSTILE, 20, 30, notes=("a <b>note</b>",)),
        make_image(
            "cube/movie.fits",
            300,
            300,
            frames=tuple(Frame(index=i, name=f"f{i}", time=t) for i, t in enumerate(times, 1)),
            channels=tuple(Channel(index=i, name=n) for i, n in enumerate("gri", 1)),
            channel_axis="band",
        ),
        make_image(
            "cube/lines.fits",
            300,
            300,
            channels=tuple(
                Channel(index=i, name=str(i), value=1e9 + i, unit="Hz") for i in range(1, 1201)
            ),
            channel_axis="spectral",
        ),
        make_image("cube/a;stretch=log.fits", 20, 30),
    )
    return {image.identifier: image for image in images}


@dataclass(unsafe_hash=True)
class Options:
    tile_size: int = 256
    jpeg_quality: int = 90
    jpeg_subsampling: str = "420"
    slash_substitute: str | None = None
    title: str = "Test <sky>"
    abstract: str = "All & sundry"
    rights: str | None = None
    keywords: tuple[str, ...] = ()
    provider: str = ""
    provider_url: str | None = None
    max_age: int = 60
    sky_longitude: str = "mirrored"
    mosaic: tuple[str, ...] = ()
    index_grids: bool = False
    templates: str = "all"
    style_variable: str = "Style"


@dataclass
class FakeService:
    images: dict[str, Image] = field(default_factory=make_images)
    options: Options = field(default_factory=Options)
    broken: tuple[str, ...] = ("bad.fits",)
    declared: tuple[str, ...] = ()
    opened: list[str] = field(default_factory=list)
    drawn: list[Any] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    full: bool = False

    directory: Path = Path("/nonexistent")

    @property
    def library(self) -> SimpleNamespace:
        return SimpleNamespace(every=self.every, root=None)

    @property
    def cache(self) -> SimpleNamespace:
        return SimpleNamespace(directory=self.directory)

    def every(self) -> tuple[Entry, ...]:
        stamp = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
        files = (
            Entry(identifier=name, title=name, size=1, modified=stamp)
            for name in (*self.images, *self.broken)
            if name not in self.declared
        )
        declared = (Entry(identifier=name, title=name) for name in self.declared)
        return (*declared, *files)

    async def run(self, work: Callable[[], Any]) -> Any:
        return await asyncio.to_thread(work)

    all_named_views = "one"

    def named_views(self, _image: Image) -> dict[str, SimpleNamespace]:
        view = View(cmap="viridis", gamma=2.0)
        return {"deep-red": SimpleNamespace(title="Deep <red>", view=view)}

    async def open(self, identifier: str, hdu: str | None = None, _cfa: str | None = None) -> Image:
        self.opened.append(identifier)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if identifier in self.broken:
            raise UnservableImageError("it is torn")
        if identifier not in self.images:
            raise UnknownImageError("no image goes by that identifier")
        image = self.images[identifier]
        if hdu == "2":
            return replace(image, width=image.width // 2, hdu="2")
        if hdu is not None:
            raise RequestError("there are 0 and 2", parameter="hdu")
        return image

    async def subject(self, identifier: str, view: View) -> SimpleNamespace:
        image = await self.open(identifier, view.hdu)
        view = with_stokes(image, view)
        for key, pick, planes in (
            ("frame", view.frame, image.frames),
            ("channel", view.channel, image.channels),
        ):
            known = {plane.index for plane in planes} | {plane.name for plane in planes}
            if pick is not None and not {pick.first, pick.last} <= known:
                raise OutOfRangeError(f"{key} lies outside", parameter=key)
        digest = f"{hash((identifier, canonical(view))):x}"
        return SimpleNamespace(image=image, view=view, digest=digest)

    def is_current(self, subject: SimpleNamespace) -> bool:
        return subject.image.identifier in self.images

    async def draw(self, subject: SimpleNamespace, output: Any) -> bytes:
        if self.full:
            raise StorageError("the disk is full")
        self.drawn.append((subject, output))
        return f"{output.format} of {subject.image.identifier}".encode()

    async def value(self, subject: SimpleNamespace, x: int, y: int) -> list[SimpleNamespace]:
        value = None if (x, y) == (0, 0) else 100.5 * x + y
        reading = PixelValue(value=value, raw=value)
        channel = subject.view.channel.first if subject.view.channel else 1
        return [
            SimpleNamespace(
                channel=1, name=str(channel), frame=1, pixel=reading, unit="adu", stokes=None
            )
        ]

    def etag(self, subject: SimpleNamespace, *parts: object) -> str:
        return f'"{hash((subject.image.identifier, subject.digest, parts)):x}"'


@pytest.fixture
def service(tmp_path: Path) -> FakeService:
    return FakeService(directory=tmp_path / "cache")


class Client:
    """Asks an application without a socket; errors that it does not answer are raised."""

    def __init__(self, service: FakeService) -> None:
        self.app = Starlette(routes=routes(service))  # type: ignore[arg-type]

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
                return await client.request(method, path, **more)

        return asyncio.run(send())


@pytest.fixture
def client(service: FakeService) -> Client:
    return Client(service)


TILE = {
    "service": "WMTS",
    "request": "GetTile",
    "version": "1.0.0",
    "layer": "plain.fits",
    "style": "default",
    "format": "image/png",
    "TileMatrixSet": "pixels-1000x700",
    "TileMatrix": "2",
    "TileRow": "0",
    "TileCol": "0",
}


@pytest.fixture
def tile() -> dict[str, str]:
    """Parameters of a tile that there is."""
    return dict(TILE)


@pytest.fixture
def info() -> dict[str, str]:
    """Parameters of a pixel that there is."""
    more = {"request": "GetFeatureInfo", "I": "3", "J": "4", "InfoFormat": "application/json"}
    return TILE | more
