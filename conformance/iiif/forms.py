"""Our own table of the Image API 3.0 and 2.1.1, from the text of their sections 4 and 5.

It holds what the official validator checks wrongly (`size_noup`, `size_up`, `format_webp`, see
`iiif.validator`) and what it does not look at. The image has 1031 x 769 pixels, all of them known.
"""

import io
import json
import math

import numpy as np
import web
from faults import Fault, brighter, header, picture, status, text
from gate import Gate, Site, demand, equal
from iiif.forms2 import version_2
from images import FIELD, Picture
from PIL import Image

WIDTH, HEIGHT = 1031, 769

# Section 4.2: size in the address -> size of the picture, or the status of the refusal.
SIZES: dict[str, tuple[int, int] | int] = {
    "max": (1031, 769),
    "500,": (500, 373),
    ",500": (670, 500),
    "pct:25": (258, 192),
    "pct:12.5": (129, 96),
    "300,100": (300, 100),
    "!500,500": (500, 373),
    "!500,100": (134, 100),
    "!2000,3000": (1031, 769),  # fits already: not scaled up, not refused
    "^!2000,3000": (2000, 1492),
    "^!2000,1000": (1341, 1000),
    "^500,": (500, 373),
    "^2062,": (2062, 1538),
    "^,1538": (2062, 1538),
    "^2000,1000": (2000, 1000),
    "^pct:200": (2062, 1538),
    "1032,": 400,
    ",770": 400,
    "1031,770": 400,
    "pct:101": 400,
    "full": 400,
    "0,": 400,
    "!0,5": 400,
    "^0,5": 400,
    "pct:0": 400,
    "pct:0.01": 400,
    "+5,": 400,
    "5.5,": 400,
    "1e2,": 400,
    "pct:1e1": 400,
    "-5,5": 400,
    ",": 400,
    "^": 400,
    "^^max": 400,
    "max,max": 400,
}

# Section 4.1: region -> x, y, width, height of what must be seen, or the status of the refusal.
REGIONS: dict[str, tuple[int, int, int, int] | int] = {
    "full": (0, 0, 1031, 769),
    "square": (131, 0, 769, 769),
    "0,0,256,256": (0, 0, 256, 256),
    "100,200,300,50": (100, 200, 300, 50),
    "1000,700,500,500": (1000, 700, 31, 69),
    "1030,768,1,1": (1030, 768, 1, 1),
    "pct:0,0,100,100": (0, 0, 1031, 769),
    "0,0,0,10": 400,
    "1031,0,1,1": 400,
    "0,769,1,1": 400,
    "pct:100,0,10,10": 400,
    "pct:0,0,0,10": 400,
    "-1,0,10,10": 400,
    "+1,0,10,10": 400,
    "1.5,0,10,10": 400,
    "0,0,10": 400,
    "pct:1e1,0,10,10": 400,
    "FULL": 400,
}

# Sections 4.3 to 4.5: the last two segments -> status.
ENDINGS = {
    "360/default.png": 200,
    "22.5/default.png": 200,
    "!180/default.jpg": 200,
    "361/default.jpg": 400,
    "-1/default.jpg": 400,
    "+90/default.jpg": 400,
    "1e1/default.jpg": 400,
    "180!/default.jpg": 400,
    "0/color.jpg": 200,
    "0/gray.png": 200,
    "0/bitonal.png": 200,
    "0/native.jpg": 400,
    "0/grey.jpg": 400,
    "0/default.xyz": 400,
    "0/default": 400,
}

# Section 4.7: region and size as asked -> as the Link header must tell them.
CANONICAL = {
    "full/max": "full/max",
    "0,0,1031,769/1031,": "full/max",
    "0,0,512,512/256,": "0,0,512,512/256,256",
    "0,0,256,256/256,256": "0,0,256,256/max",
    "1000,700,99,99/max": "1000,700,31,69/max",
    "full/^2062,": "full/^2062,1538",
    "pct:50,50,100,100/100,": "516,385,515,384/100,75",
    "full/^!9000,9000": "full/^max",
}


def _image(url: str) -> Image.Image:
    answer = web.fetch(url)
    demand(answer.status == 200, f"{url}: {answer.status} {answer.text[:200]}")
    return Image.open(io.BytesIO(answer.body))


def _colors(url: str) -> np.ndarray:
    return np.asarray(_image(url).convert("RGB"))


def _sizes(base: str) -> int:
    for size, wanted in SIZES.items():
        url = f"{base}/full/{size}/0/default.png"
        if isinstance(wanted, int):
            equal(url, web.fetch(url).status, wanted)
        else:
            equal(url, _image(url).size, wanted)
    return len(SIZES)


def _largest(base: str) -> int:
    """`^max` scales up to the published limits, and nothing goes beyond them."""
    info = json.loads(web.fetch(f"{base}/info.json").body)
    demand("sizeUpscaling" in info["extraFeatures"], "sizeUpscaling is not among extraFeatures")
    width = info.get("maxWidth", math.inf)
    height = info.get("maxHeight", width)
    scale = min(
        width / WIDTH, height / HEIGHT, math.sqrt(info.get("maxArea", math.inf) / WIDTH / HEIGHT)
    )
    demand(math.isfinite(scale), "sizeUpscaling without maxWidth or maxArea (section 5.3)")
    got = _image(f"{base}/full/^max/0/default.jpg").size
    wanted = (WIDTH * scale, HEIGHT * scale)
    close = all(abs(a - b) <= 1 for a, b in zip(got, wanted, strict=True))
    demand(close, f"^max: got {got}, wanted {wanted}")
    url = f"{base}/full/^{math.floor(WIDTH * scale) + 2},/0/default.jpg"
    equal(url, web.fetch(url).status, 400)
    return 2


def _regions(base: str, picture: Picture) -> int:
    for region, wanted in REGIONS.items():
        url = f"{base}/{region}/max/0/default.png"
        if isinstance(wanted, int):
            equal(url, web.fetch(url).status, wanted)
            continue
        x, y, width, height = wanted
        part = picture.pixels[y : y + height, x : x + width]
        demand(np.array_equal(_colors(url), part), f"{url}: not the pixels of {wanted}")
    return len(REGIONS)


def _endings(base: str, picture: Picture) -> int:
    for ending, wanted in ENDINGS.items():
        url = f"{base}/full/max/{ending}"
        equal(url, web.fetch(url).status, wanted)
    turned = {"90": np.rot90(picture.pixels, -1), "!0": picture.pixels[:, ::-1]}
    turned["!90"] = np.rot90(turned["!0"], -1)
    for rotation, pixels in turned.items():
        url = f"{base}/full/max/{rotation}/default.png"
        demand(np.array_equal(_colors(url), pixels), f"{url}: not turned clockwise after mirroring")
    oblique = _image(f"{base}/full/max/30/default.png").convert("RGBA")
    sides = (math.sqrt(3) / 2, 0.5)
    wanted_size = (WIDTH * sides[0] + HEIGHT * sides[1], WIDTH * sides[1] + HEIGHT * sides[0])
    close = all(abs(a - b) <= 2 for a, b in zip(oblique.size, wanted_size, strict=True))
    demand(close, f"rotation by 30: size {oblique.size}, wanted about {wanted_size}")
    equal("alpha of the corner after rotation by 30", oblique.getpixel((0, 0))[3], 0)  # type: ignore[index]
    return len(ENDINGS) + len(turned) + 1


def _formats(base: str, picture: Picture) -> int:
    """Each format that info.json offers decodes to the picture, in its own media type."""
    info = json.loads(web.fetch(f"{base}/info.json").body)
    types = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "tif": "image/tiff"}
    types |= {"gif": "image/gif", "pdf": "application/pdf", "jp2": "image/jp2"}
    demand(
        {"webp", "tif", "pdf"} <= set(info.get("extraFormats", ())),
        "webp, tif and pdf: not in extraFormats",
    )
    middles = picture.pixels[32::64, 32::64].astype(int)
    for name in ["jpg", "png", *info["extraFormats"]]:
        url = f"{base}/full/max/0/default.{name}"
        equal(f"media type of {url}", web.fetch(url).media_type, types.get(name))
        if name == "pdf":  # Pillow writes it and does not read it
            page = web.fetch(url).body
            demand(b"/MediaBox [ 0 0 1031.0 769.0 ]" in page, f"{url}: not a page of that size")
            continue
        difference = np.abs(_colors(url)[32::64, 32::64] - middles).max()
        demand(difference <= 6, f"{url}: a block's color is off by {difference}")
    return 2 + len(info["extraFormats"])


def _http(base: str) -> int:
    """Section 5 and 6: redirect, negotiation, CORS, HEAD, OPTIONS, conditional requests."""
    redirect = web.fetch(base)
    equal(f"status of {base}", redirect.status, 303)
    equal("Location", redirect.headers.get("location"), f"{base}/info.json")
    profile = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'
    for accept, wanted in ((None, profile), ("application/json", "application/json")):
        info = web.fetch(f"{base}/info.json", headers={"Accept": accept} if accept else {})
        media_type = info.headers.get("content-type", "").replace("; ", ";")
        equal(f"type for Accept: {accept}", media_type, wanted)
        demand("accept" in info.headers.get("vary", "").lower(), "info.json without Vary: Accept")
    tile = f"{base}/0,0,256,256/256,256/0/default.jpg"
    answer = web.fetch(tile)
    etag = answer.headers.get("etag", "no ETag")
    head = web.fetch(tile, method="HEAD")
    equal("HEAD", (head.status, head.body, head.headers.get("etag")), (200, b"", etag))
    again = web.fetch(tile, headers={"If-None-Match": etag})
    equal("If-None-Match", (again.status, again.body), (304, b""))
    origin = {"Origin": "http://viewer.example"}
    options = web.fetch(f"{base}/info.json", method="OPTIONS", headers=origin)
    demand(options.status in (200, 204), f"OPTIONS: {options.status}")
    equal("CORS", options.headers.get("access-control-allow-origin"), "*")
    unknown = f"{base}x/info.json"
    equal(f"status of {unknown}", web.fetch(unknown).status, 404)
    # RFC 9110, section 13.1.2: weak comparison, lists, and anything at all.
    for condition in (f"W/{etag}", f'"other", {etag}', "*"):
        answer = web.fetch(tile, headers={"If-None-Match": condition})
        equal(f"If-None-Match: {condition}", answer.status, 304)
    return 12 + _canonical(base)


def _canonical(base: str) -> int:
    for asked, told in CANONICAL.items():
        links = web.fetch(f"{base}/{asked}/0/default.jpg").headers.get("link", "")
        link = f'<{base}/{told}/0/default.jpg>;rel="canonical"'
        demand(link in links.replace("; ", ";"), f"Link for {asked}, wanted {told}: {links}")
    return len(CANONICAL)


def _check(site: Site) -> str:
    base = f"{site.base}/iiif/3/{web.segment(FIELD)}"
    field = site.pictures[FIELD]
    done = _sizes(base) + _largest(base) + _regions(base, field) + _endings(base, field)
    done += _formats(base, field) + _http(base)
    done += version_2(f"{site.base}/iiif/2/{web.segment(FIELD)}")
    return f"{done} forms of size, region, rotation, quality, format and HTTP; pixels known"


FORMS = Gate(
    name="iiif-forms",
    tool=lambda: "own table, Image API 3.0 and 2.1.1",
    run=_check,
    faults=(
        Fault("`!w,h` beyond the image refused", "!2000,3000", status(400, 200, r"/!2000,3000/")),
        Fault("pixels 8 steps too bright", "not the pixels", picture(brighter)),
        Fault(
            "larger limits published",
            r"\^max",
            text(r'"max(W|H)(\w+)": ?\d', r'"max\1\2":9', "info.json"),
        ),
        Fault("no ETag", "ETag|If-None-Match", header("etag")),
        Fault(
            "one media type for both versions",
            "type of version 2",
            lambda answer: (
                header("content-type", "application/ld+json")(answer)
                if "/iiif/2/" in answer.url and answer.media_type == "application/json"
                else answer
            ),
        ),
    ),
)
