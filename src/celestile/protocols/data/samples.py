"""Values of a region at a given size as 16-bit codes, for viewers that draw pictures themselves."""

import zlib
from collections.abc import Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from celestile.errors import OutOfRangeError, RequestError, shortened
from celestile.geometry import Region
from celestile.protocols.data.documents import shown
from celestile.protocols.web.http import caching, not_modified
from celestile.protocols.web.numbers import read_integer
from celestile.render.request import Component, Output
from celestile.render.resample import fit
from celestile.render.samples import Samples, samples
from celestile.service.service import Service, Subject, needed_level

MOST_SAMPLES = 1 << 24
"""Of all planes of an answer."""
MEDIA_TYPE = "application/octet-stream"
_ALIGNED = 8  # the codes begin at a multiple of so many bytes
_FASTEST = 1  # a higher level of compression takes three times as long, and saves nothing of noise


async def sampled(
    service: Service, request: Request, subject: Subject, region: str, size: str
) -> Response:
    """Answer a request for samples.

    The body is the length of a JSON header (32-bit unsigned integer), the header (UTF-8, padded by
    spaces), and for each plane the codes of `celestile.render.samples.samples`, row by row from the
    top; all integers are little-endian.

    Parameters
    ----------
    service : Service
        Provides the pixels.
    request : Request
        Its conditions, and whether it accepts gzip, are evaluated.
    subject : Subject
        The image and the view; every plane shown is sampled.
    region, size : str
        ``x,y,width,height`` in pixels of the image, and the width and height to scale it to.

    Raises
    ------
    RequestError
        If the region or the size is malformed, or the size is not allowed.
    OutOfRangeError
        If the region is not within the image.
    """
    output = _output(service, subject, region, size)
    packed = _accepts_gzip(request)
    etag = service.etag(subject, "samples", output.identity, packed)
    response = not_modified(request, etag, service.options.max_age)
    if response is None:
        level = needed_level(subject, output, service.options.tile_size)
        planes, is_final = await service.pixels(subject, level, may_be_provisional=True)

        def make() -> bytes:
            found = [
                samples(
                    fit(pixels, output.region, output.size),
                    service.plane_statistics.sample(plane).ordered,
                    component,
                    subject.style,
                )
                for component, plane, pixels in zip(
                    subject.components, subject.planes, planes, strict=True
                )
            ]
            body = _body(output, subject, found, is_final=is_final)
            return _gzipped(body) if packed else body

        headers = caching(etag, service.options.max_age)
        if not is_final:
            headers = {"Cache-Control": "no-store"}
        response = Response(await service.run(make), media_type=MEDIA_TYPE, headers=headers)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _output(service: Service, subject: Subject, region: str, size: str) -> Output:
    x, y, width, height = _integers(region, "region", 4)
    image = subject.image
    if (
        min(x, y) < 0
        or width < 1
        or height < 1
        or x + width > image.width
        or y + height > image.height
    ):
        message = (
            f"region={region} is not within the image of {image.width} by {image.height} pixels"
        )
        raise OutOfRangeError(message)
    columns, rows = _integers(size, "size", 2)
    options = service.options
    most = (min(width, options.max_width), min(height, options.max_height))
    if not (1 <= columns <= most[0] and 1 <= rows <= most[1]):
        message = f"size={size} is invalid; expected 1,1 to {most[0]},{most[1]} for this region"
        raise RequestError(message, "size")
    area = min(options.max_area or MOST_SAMPLES, MOST_SAMPLES // len(subject.components))
    if columns * rows > area:
        message = f"size={size} has {columns * rows} samples; at most {area} are allowed"
        raise RequestError(message, "size")
    return Output(region=Region(x, y, width, height), size=(columns, rows))


def _integers(text: str, key: str, count: int) -> list[int]:
    parts = text.split(",")
    if len(parts) != count:
        message = f"{key}={shortened(text)!r} is invalid; expected {count} integers with commas"
        raise RequestError(message, key)
    return [read_integer(part, key) for part in parts]


def _accepts_gzip(request: Request) -> bool:
    for item in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = item.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "").rstrip("0.") != "q="
    return False


def _gzipped(body: bytes) -> bytes:
    packer = zlib.compressobj(_FASTEST, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def _body(output: Output, subject: Subject, found: Sequence[Samples], *, is_final: bool) -> bytes:
    region = output.region
    header = orjson.dumps(
        {
            "region": [region.x, region.y, region.width, region.height],
            "size": list(output.size),
            "final": is_final,
            "shown": shown(subject),
            "planes": [
                _plane(component, each)
                for component, each in zip(subject.components, found, strict=True)
            ],
        },
        option=orjson.OPT_SERIALIZE_NUMPY,
    )
    header += b" " * (-(len(header) + 4) % _ALIGNED)
    codes = [each.codes.astype("<u2", copy=False).tobytes() for each in found]
    return b"".join([len(header).to_bytes(4, "little"), header, *codes])


def _plane(component: Component, found: Samples) -> dict[str, Any]:
    return {
        "channel": list(component.selection.channel),
        "frame": list(component.selection.frame),
        "knots": found.knots,
        "ranks": found.ranks,
    }
