"""The bundled client at `/` shows the picture, and changes it when a control is moved."""

import numpy as np
from browsers.viewers import TOLERANCE, chromium_version, perform
from faults import Fault, black, picture, status, text
from gate import Gate, Site, demand, equal
from images import CUBE, FIELD, Picture, plane
from numpy.typing import NDArray
from wmts.service import colors

VIEW = (1360, 800)  # as wide as its panels leave room for more than buttons
REACH = 110  # around the middle of the map, where no control lies over it


def _address(site: Site, known: Picture) -> str:
    """Address of an image at one to one, its middle in the middle of the map."""
    center = f"{known.width / 2},{known.height / 2}"
    return f"{site.base}/#image={known.identifier}&center={center}&zoom=0"


def _compare(what: str, shown: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> None:
    """Compare the middle of the map with the middle of the image, away from edges of blocks."""
    row, column = (side // 2 for side in shown.shape[:2])
    height, width = pixels.shape[:2]
    y, x = height // 2, width // 2
    compared = 0
    for down in range(-REACH, REACH, 7):
        for right in range(-REACH, REACH, 7):
            if not (6 <= y + down < height - 6 and 6 <= x + right < width - 6):
                continue
            near = pixels[y + down - 6 : y + down + 7, x + right - 6 : x + right + 7]
            wanted = pixels[y + down, x + right]
            if (near != wanted).any():
                continue
            compared += 1
            got = shown[row + down, column + right].astype(int)
            off = np.abs(got - wanted).max()
            spot = f"pixel {x + right},{y + down} is {got.tolist()}, wanted {wanted.tolist()}"
            demand(off <= TOLERANCE, f"{what}: {spot}")
    demand(compared > 200, f"{what}: only {compared} pixels to compare")


def _check(site: Site) -> str:
    field = site.pictures[FIELD]
    names = ("whole", "plain", "negative", "again", "frame")
    shots = {name: site.work / f"client-{name}.png" for name in names}
    task = {
        "size": VIEW,
        "color": _address(site, field),
        "cube": _address(site, site.pictures[CUBE]),
        "shots": {name: str(path) for name, path in shots.items()},
    }
    result = perform(site, "client", "client", task)
    shown = {name: colors(path.read_bytes()) for name, path in shots.items()}
    _compare("as opened", shown["plain"], field.pixels)
    _compare("after `Negative` was ticked", shown["negative"], 255 - field.pixels)
    # The picture is a mix of channels: the controls must say so.
    equal("`Color mix` is pressed, before and after", result["pressed"], ["true", "true"])
    demand("invert=1" in result["address"], f"the address does not tell: {result['address']}")
    _compare("its address opened again", shown["again"], 255 - field.pixels)
    frame = np.repeat(plane(2, 1)[:, :, None], 3, axis=2)
    _compare("after `Next frame`", shown["frame"], frame)
    return f"colors, `Negative`, its address opened again, `Next frame`; {shots['whole']}"


CLIENT = Gate(
    name="client",
    tool=chromium_version,
    run=_check,
    faults=(
        Fault("pictures black", "as opened: .* is .0, 0, 0.", picture(black)),
        Fault(
            "views of no effect",
            "Negative",
            target=lambda target: target.replace(";invert=1", "").replace("%3Binvert%3D1", ""),
        ),
        Fault(
            "mix not told to the controls",
            "Color mix",
            text(r'"mix": ?\[[^\]]*\]', '"mix":[]', "/api/images/prime"),
        ),
        Fault("no tile by name", "404", status(404, 200, r"/iiif/3/.*default")),
        Fault("script missing", "404|page:", status(404, 200, r"celestile\.js")),
        Fault(
            "something from outside",
            "outside",
            text("</head>", '<img src="http://192.0.2.1/x.png"></head>'),
        ),
    ),
)
