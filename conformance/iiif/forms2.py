"""What differs in the Image API 2.1.1: sizes without `^`, `full`, canonical forms, media types."""

import io
import json

import web
from gate import demand, equal
from PIL import Image

# Sections 4.2 and 4.7, of an image of 1031 x 769: size -> of the picture, and its canonical form.
SIZES = {
    "full": (1031, 769, "full"),
    "max": (1031, 769, "full"),
    "500,": (500, 373, "500,"),
    ",500": (670, 500, "670,"),
    "500,373": (500, 373, "500,"),
    "500,500": (500, 500, "500,500"),
    "!500,500": (500, 373, "500,"),
    "pct:50": (516, 385, "516,"),
    "pct:200": (2062, 1538, "2062,"),
    "2062,": (2062, 1538, "2062,"),
}

# Section 5.1: plain JSON, unless JSON-LD is asked for.
TYPES = {
    "*/*": "application/json",
    "application/json": "application/json",
    "application/ld+json": "application/ld+json",
    "application/ld+json;q=0.4, application/json": "application/json",
}


def version_2(base: str) -> int:
    """Check the rules; gives their number."""
    for size, (width, height, canonical) in SIZES.items():
        url = f"{base}/full/{size}/0/default.jpg"
        answer = web.fetch(url)
        equal(f"status of {url}", answer.status, 200)
        with Image.open(io.BytesIO(answer.body)) as image:
            equal(url, image.size, (width, height))
        links = answer.headers.get("link", "")
        link = f'<{base}/full/{canonical}/0/default.jpg>;rel="canonical"'
        demand(link in links.replace("; ", ";"), f"Link of {url}, wanted {link}: {links}")
    for accept, wanted in TYPES.items():
        info = web.fetch(f"{base}/info.json", headers={"Accept": accept})
        equal(f"type of version 2 for Accept: {accept}", info.media_type, wanted)
    level, more = json.loads(web.fetch(f"{base}/info.json").body)["profile"]
    equal("first profile", level, "http://iiif.io/api/image/2/level2.json")
    demand("sizeAboveFull" in more["supports"], "sizes above full are not told of")
    return len(SIZES) + len(TYPES) + 2
